#include "runtime/configuration/surroundings.hpp"

#include <sys/resource.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <system_error>

namespace floorwalker {
namespace {

std::optional<std::string> read_variable(const std::string& name) {
  if (const char* value = std::getenv(name.c_str())) return value;
  return {};
}

file_condition inspect_file(const std::string& path) {
  auto last_error = [] { return std::system_category().message(errno); };
  file_condition condition;
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file{std::fopen(path.c_str(), "re"), &std::fclose};
  struct stat status {};
  if (!file || ::fstat(::fileno(file.get()), &status) != 0) {
    condition.error = last_error();
  } else if (S_ISDIR(status.st_mode)) {
    condition.error = std::system_category().message(EISDIR);
  } else {
    // A pipe or device has no size; only of a regular file is it known that nothing will come.
    condition.empty = S_ISREG(status.st_mode) && status.st_size == 0;
    condition.others_may_read = (status.st_mode & S_IROTH) != 0;
  }
  return condition;
}

bool knows_time_zone(const std::string& name) {
  struct stat status {};
  return ::stat(("/usr/share/zoneinfo/" + name).c_str(), &status) == 0 && S_ISREG(status.st_mode);
}

} // namespace

surroundings process_surroundings() { return {&read_variable, &inspect_file, &knows_time_zone, nullptr}; }

open_file_limits process_open_file_limits() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return {};
  return {limit.rlim_cur, limit.rlim_max};
}

} // namespace floorwalker
