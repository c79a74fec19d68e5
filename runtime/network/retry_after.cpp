#include "runtime/network/retry_after.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace floorwalker {
namespace {

using namespace std::chrono;

constexpr seconds delay_max = hours{24};
constexpr std::array<std::string_view, 12> month_names = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

/// Reads a text piece by piece; `fine` turns false at the first piece that does not fit.
struct date_reader {
  std::string_view rest;
  bool fine = true;

  int number(std::size_t digits) {
    int value = 0;
    auto piece = rest.substr(0, digits);
    // asctime pads the day with a blank
    auto start = piece.starts_with(' ') ? piece.substr(1) : piece;
    auto [end, ec] = std::from_chars(start.data(), start.data() + start.size(), value);
    fine = fine && piece.size() == digits && ec == std::errc{} && end == start.data() + start.size() && value >= 0;
    rest.remove_prefix(piece.size());
    return value;
  }
  void literal(std::string_view text) {
    fine = fine && rest.starts_with(text);
    rest.remove_prefix(std::min(text.size(), rest.size()));
  }
  month month_name() {
    auto name = std::ranges::find(month_names, rest.substr(0, 3));
    fine = fine && name != month_names.end();
    rest.remove_prefix(std::min<std::size_t>(3, rest.size()));
    return month{static_cast<unsigned>(name - month_names.begin()) + 1};
  }
  seconds time_of_day() {
    auto h = number(2);
    literal(":");
    auto m = number(2);
    literal(":");
    auto s = number(2);
    fine = fine && h < 24 && m < 60 && s <= 60;
    return hours{h} + minutes{m} + seconds{s};
  }
};

std::optional<sys_seconds> parse_http_date(std::string_view text, year this_year) {
  date_reader in{text};
  auto comma = text.find(',');
  int day_number = 0, year_number = 0;
  month named{};
  seconds time{};
  if (comma == text.npos) { // Sun Nov  6 08:49:37 1994
    in.rest.remove_prefix(std::min<std::size_t>(4, text.size()));
    named = in.month_name();
    in.literal(" ");
    day_number = in.number(2);
    in.literal(" ");
    time = in.time_of_day();
    in.literal(" ");
    year_number = in.number(4);
  } else {
    bool two_digit_year = comma > 3; // Sunday, 06-Nov-94 08:49:37 GMT; otherwise Sun, 06 Nov 1994 08:49:37 GMT
    std::string_view between = two_digit_year ? "-" : " ";
    in.rest.remove_prefix(comma);
    in.literal(", ");
    day_number = in.number(2);
    in.literal(between);
    named = in.month_name();
    in.literal(between);
    year_number = in.number(two_digit_year ? 2 : 4);
    if (two_digit_year) { // a date that seems more than 50 years ahead is of the last century
      auto current = static_cast<int>(this_year);
      year_number += current - current % 100;
      if (year_number > current + 50) year_number -= 100;
    }
    in.literal(" ");
    time = in.time_of_day();
    in.literal(" GMT");
  }
  auto date = year{year_number} / named / day{static_cast<unsigned>(day_number)};
  if (!in.fine || !in.rest.empty() || !date.ok()) return {};
  return sys_days{date} + time;
}

} // namespace

std::optional<seconds> parse_retry_after(std::string_view text, utc_time now) {
  auto first = text.find_first_not_of(" \t");
  if (first == text.npos) return {};
  text = text.substr(first, text.find_last_not_of(" \t") + 1 - first);
  if (std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; })) {
    std::uint64_t count = 0;
    auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (ec != std::errc{}) return delay_max; // more than 64 bits hold
    return seconds{static_cast<seconds::rep>(std::min<std::uint64_t>(count, delay_max.count()))};
  }
  auto at = parse_http_date(text, year_month_day{floor<days>(now)}.year());
  if (!at) return {};
  return std::clamp(ceil<seconds>(*at - now), seconds{0}, delay_max);
}

} // namespace floorwalker
