#include "runtime/configuration/time_text.hpp"

#include "messages/wire/timestamp.hpp"

#include <chrono>
#include <string>

namespace floorwalker {
namespace {

constexpr std::size_t date_size = std::string_view{"2026-11-23"}.size();
constexpr std::size_t minute_size = std::string_view{"2026-11-23T10:00"}.size();

/// Away from what nanoseconds since 1970 can hold, so that a zone or a day more does no harm.
constexpr std::chrono::sys_days oldest{std::chrono::year{1700} / 1 / 1};
constexpr std::chrono::sys_days newest{std::chrono::year{2200} / 1 / 1};

std::optional<utc_time> read_timestamp(const std::string& text) {
  auto read = wire::parse_timestamp(text);
  if (!read || read->at < oldest || read->at >= newest) return std::nullopt;
  return read->at;
}

} // namespace

std::optional<utc_time> parse_time_text(std::string_view text, bare_date date, const civil_clock& clock) {
  std::string whole{text};
  if (whole.size() == date_size) {
    auto read = read_timestamp(whole + "T00:00:00Z");
    if (!read) return std::nullopt;
    return clock.at(*read + (date == bare_date::ends ? std::chrono::days{1} : std::chrono::days{0}));
  }
  if (whole.size() < minute_size) return std::nullopt;
  if (whole[date_size] == ' ') whole[date_size] = 'T';
  if (whole.size() == minute_size || whole[minute_size] != ':') whole.insert(minute_size, ":00");
  auto has_offset = whole.find_first_of("Zz+-", minute_size) != std::string::npos;
  auto read = read_timestamp(has_offset ? whole : whole + 'Z');
  if (!read || has_offset) return read;
  return clock.at(*read);
}

} // namespace floorwalker
