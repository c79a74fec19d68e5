#include "runtime/configuration/surroundings.hpp"

#include <sys/resource.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string_view>
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

/// The folder holds tables and lists beside the zones, so a zone is told by what its file begins with (RFC 8536).
bool knows_time_zone(const std::string& name) {
  auto path = "/usr/share/zoneinfo/" + name;
  struct stat status {};
  if (name.starts_with('/') || name.find("..") != std::string::npos) return false;
  if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return false;
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file{std::fopen(path.c_str(), "re"), &std::fclose};
  std::array<char, 4> magic{};
  return file && std::fread(magic.data(), 1, magic.size(), file.get()) == magic.size() &&
         std::string_view{magic.data(), magic.size()} == "TZif";
}

} // namespace

surroundings process_surroundings() { return {&read_variable, &inspect_file, &knows_time_zone, nullptr}; }

open_file_limits process_open_file_limits() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return {};
  return {limit.rlim_cur, limit.rlim_max};
}

} // namespace floorwalker
