#include "runtime/auditing/shown_time.hpp"

#include <fmt/format.h>

#include <array>
#include <ctime>

namespace floorwalker {

shown_time show_time(utc_time at, bool in_utc) {
  auto whole = std::chrono::floor<std::chrono::seconds>(at);
  std::time_t seconds = whole.time_since_epoch().count();
  std::tm parts{};
  if (in_utc)
    ::gmtime_r(&seconds, &parts);
  else
    ::localtime_r(&seconds, &parts);
  constexpr std::array<const char*, 7> days = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                               "Thursday", "Friday", "Saturday"};
  std::string zone = in_utc ? "UTC" : parts.tm_zone;
  auto fraction = std::chrono::floor<std::chrono::milliseconds>(at - whole).count();
  return {fmt::format("{}, {:04}-{:02}-{:02} ({})", days[static_cast<std::size_t>(parts.tm_wday) % days.size()],
                      parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday, zone),
          fmt::format("{:02}:{:02}:{:02}.{:03}", parts.tm_hour, parts.tm_min, parts.tm_sec, fraction)};
}

} // namespace floorwalker
