#include "runtime/configuration/time_text.hpp"

#include "messages/wire/timestamp.hpp"

#include <string>

namespace floorwalker {
namespace {

constexpr std::size_t date_size = std::string_view{"2026-11-23"}.size();
constexpr std::size_t minute_size = std::string_view{"2026-11-23T10:00"}.size();

} // namespace

std::optional<utc_time> parse_time_text(std::string_view text, bare_date date) {
  std::string whole{text};
  if (whole.size() == date_size) {
    auto read = wire::parse_timestamp(whole + "T00:00:00Z");
    if (!read) return std::nullopt;
    return read->at + (date == bare_date::ends ? std::chrono::days{1} : std::chrono::days{0});
  }
  if (whole.size() < minute_size) return std::nullopt;
  if (whole[date_size] == ' ') whole[date_size] = 'T';
  if (whole.size() == minute_size || whole[minute_size] != ':') whole.insert(minute_size, ":00");
  if (whole.find_first_of("Zz+-", minute_size) == std::string::npos) whole += 'Z';
  auto read = wire::parse_timestamp(whole);
  return read ? std::optional{read->at} : std::nullopt;
}

} // namespace floorwalker
