#include "messages/wire/timestamp.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>

namespace floorwalker::wire {
namespace {

using std::chrono::days;
using std::chrono::nanoseconds;
using std::chrono::seconds;

template <std::size_t Count>
bool digits(std::string_view text, std::size_t at, int& value) {
  if (at + Count > text.size()) return false;
  unsigned read = 0;
  bool only_digits = true;
  for (std::size_t i = at; i < at + Count; ++i) {
    auto digit = static_cast<unsigned>(text[i]) - '0';
    only_digits &= digit < 10;
    read = read * 10 + digit;
  }
  value = static_cast<int>(read);
  return only_digits;
}

// Whole seconds that nanoseconds in 64 bits can hold, with a margin for fraction and offset.
constexpr std::int64_t seconds_max = std::numeric_limits<std::int64_t>::max() / 1'000'000'000 - 1;

std::optional<utc_time> instant(std::int64_t whole_seconds, std::int64_t fraction_ns) {
  if (whole_seconds > seconds_max || whole_seconds < -seconds_max) return std::nullopt;
  return utc_time{nanoseconds{whole_seconds * 1'000'000'000 + fraction_ns}};
}

char* put_digits(char* at, unsigned value, int count) {
  for (int i = count - 1; i >= 0; --i) {
    at[i] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
  return at + count;
}

} // namespace

std::optional<timestamp> parse_timestamp(std::string_view text) {
  // "2024-05-01T12:00:00Z" is the shortest form.
  if (text.size() < 20) return std::nullopt;
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
  if (!digits<4>(text, 0, year) || text[4] != '-' || !digits<2>(text, 5, month) || text[7] != '-' ||
      !digits<2>(text, 8, day) || (text[10] != 'T' && text[10] != 't') || !digits<2>(text, 11, hour) ||
      text[13] != ':' || !digits<2>(text, 14, minute) || text[16] != ':' || !digits<2>(text, 17, second))
    return std::nullopt;
  auto date = std::chrono::year{year} / std::chrono::month{static_cast<unsigned>(month)} /
              std::chrono::day{static_cast<unsigned>(day)};
  if (!date.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
  std::size_t at = 19;
  std::int64_t fraction = 0;
  std::uint8_t fraction_digits = 0;
  if (text[at] == '.') {
    ++at;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9') {
      if (++fraction_digits > 9) return std::nullopt;
      fraction = fraction * 10 + (text[at++] - '0');
    }
    if (fraction_digits == 0) return std::nullopt;
    for (int i = fraction_digits; i < 9; ++i) fraction *= 10;
  }
  if (at >= text.size()) return std::nullopt;
  std::int64_t offset = 0;
  if (text[at] == 'Z' || text[at] == 'z') {
    ++at;
  } else if (text[at] == '+' || text[at] == '-') {
    int offset_hour = 0, offset_minute = 0;
    if (!digits<2>(text, at + 1, offset_hour) || at + 3 >= text.size() || text[at + 3] != ':' ||
        !digits<2>(text, at + 4, offset_minute) || offset_hour > 23 || offset_minute > 59)
      return std::nullopt;
    offset = (offset_hour * 60 + offset_minute) * 60 * (text[at] == '-' ? -1 : 1);
    at += 6;
  }
  if (at != text.size()) return std::nullopt;
  auto whole = std::chrono::sys_days{date}.time_since_epoch().count() * std::int64_t{86'400} +
               std::int64_t{hour} * 3'600 + minute * 60 + second - offset;
  auto result = instant(whole, fraction);
  if (!result) return std::nullopt;
  return timestamp{*result, fraction_digits};
}

std::optional<timestamp> timestamp_of_milliseconds(std::int64_t milliseconds) {
  auto whole = milliseconds / 1'000;
  auto result = instant(whole, (milliseconds - whole * 1'000) * 1'000'000);
  if (!result) return std::nullopt;
  return timestamp{*result, 3};
}

std::optional<timestamp> timestamp_of_milliseconds(double milliseconds) {
  // Beyond this no nanosecond count exists; the comparison also refuses NaN.
  if (!(std::abs(milliseconds) < 9.2e15)) return std::nullopt;
  auto whole = std::floor(milliseconds);
  auto result = timestamp_of_milliseconds(static_cast<std::int64_t>(whole));
  if (!result) return std::nullopt;
  auto rest = std::llround((milliseconds - whole) * 1e6);
  if (rest == 0) return result;
  return timestamp{result->at + nanoseconds{rest}, 9};
}

void append_timestamp(std::string& out, utc_time at, int fraction_digits) {
  std::array<char, timestamp_bytes_max> text;
  out.append(text.data(), put_timestamp(text.data(), at, fraction_digits));
}

char* put_timestamp(char* to, utc_time at, int fraction_digits) {
  fraction_digits = std::clamp(fraction_digits, 0, 9);
  // Consecutive records fall on the same day: the calendar arithmetic is done once a day and thread.
  struct day_text {
    std::chrono::sys_days day{days{std::numeric_limits<int>::min()}};
    std::array<char, 11> text{};
  };
  thread_local day_text cached;
  // By seconds, because the first midnight of the range lies before the first instant that nanoseconds can hold.
  auto whole = std::chrono::floor<seconds>(at);
  auto day = std::chrono::floor<days>(whole);
  if (day != cached.day) {
    std::chrono::year_month_day date{day};
    auto p = put_digits(cached.text.data(), static_cast<unsigned>(static_cast<int>(date.year())), 4);
    *p++ = '-';
    p = put_digits(p, static_cast<unsigned>(date.month()), 2);
    *p++ = '-';
    p = put_digits(p, static_cast<unsigned>(date.day()), 2);
    *p = 'T';
    cached.day = day;
  }
  auto second_of_day = static_cast<unsigned>((whole - day).count());
  auto fraction =
      static_cast<unsigned>((at.time_since_epoch().count() % 1'000'000'000 + 1'000'000'000) % 1'000'000'000);
  std::memcpy(to, cached.text.data(), cached.text.size());
  auto p = put_digits(to + cached.text.size(), second_of_day / 3'600, 2);
  *p++ = ':';
  p = put_digits(p, second_of_day / 60 % 60, 2);
  *p++ = ':';
  p = put_digits(p, second_of_day % 60, 2);
  if (fraction_digits > 0) {
    *p++ = '.';
    static constexpr unsigned units[] = {1'000'000'000, 100'000'000, 10'000'000, 1'000'000, 100'000,
                                         10'000,        1'000,       100,        10,        1};
    p = put_digits(p, fraction / units[fraction_digits], fraction_digits);
  }
  *p++ = 'Z';
  return p;
}

std::string to_text(utc_time at) {
  std::string out;
  append_timestamp(out, at, 3);
  return out;
}

} // namespace floorwalker::wire
