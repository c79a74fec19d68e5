#include "runtime/process/process_metrics.hpp"

#include <fmt/format.h>

#include <sys/resource.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string_view>
#include <system_error>

namespace floorwalker {
namespace {

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

std::optional<double> cpu_seconds() {
  rusage usage{};
  if (::getrusage(RUSAGE_SELF, &usage) != 0) return {};
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

/// The second number of statm counts resident pages.
std::optional<double> resident_bytes() {
  std::ifstream file{"/proc/self/statm"};
  std::uint64_t all = 0;
  std::uint64_t resident = 0;
  if (!(file >> all >> resident)) return {};
  return static_cast<double>(resident) * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

std::optional<double> open_files() {
  std::error_code error;
  std::filesystem::directory_iterator each{"/proc/self/fd", error};
  double count = 0;
  for (; !error && each != std::filesystem::directory_iterator{}; each.increment(error)) ++count;
  if (error) return {};
  return count - 1; // one is the look at them
}

std::optional<double> open_files_max() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return {};
  return static_cast<double>(limit.rlim_cur);
}

void append(std::string& out, std::string_view name, std::string_view type, std::string_view help,
            std::optional<double> value) {
  if (value) out += fmt::format("# HELP {0} {2}\n# TYPE {0} {1}\n{0} {3:.17g}\n", name, type, help, *value);
}

} // namespace

std::string process_metrics() {
  std::string out;
  append(out, "process_cpu_seconds_total", "counter", "User and system CPU time.", cpu_seconds());
  append(out, "process_resident_memory_bytes", "gauge", "Resident memory.", resident_bytes());
  append(out, "process_open_fds", "gauge", "Open file descriptors.", open_files());
  append(out, "process_max_fds", "gauge", "Limit of open file descriptors.", open_files_max());
  return out;
}

} // namespace floorwalker
