#include "simulator/instant.hpp"

#include <fmt/format.h>

namespace floorwalker::simulator {

namespace {

void put_digits(char* to, std::int64_t value, int count) {
  for (auto* end = to + count; end != to; value /= 10) *--end = static_cast<char>('0' + value % 10);
}

/// "2024-05-01T12:00:00" (19 characters) for whole seconds since 1970.
void put_seconds(char* to, std::int64_t seconds) {
  // Events come in bursts of the same second, and the calendar is the dear part of a timestamp.
  thread_local std::int64_t known_seconds = -1;
  thread_local char known[19];
  if (seconds != known_seconds) {
    auto at = std::chrono::sys_seconds{std::chrono::seconds{seconds}};
    auto day = std::chrono::floor<std::chrono::days>(at);
    auto date = std::chrono::year_month_day{day};
    auto rest = (at - day).count();
    put_digits(known, static_cast<int>(date.year()), 4);
    put_digits(known + 5, static_cast<unsigned>(date.month()), 2);
    put_digits(known + 8, static_cast<unsigned>(date.day()), 2);
    put_digits(known + 11, rest / 3600, 2);
    put_digits(known + 14, rest / 60 % 60, 2);
    put_digits(known + 17, rest % 60, 2);
    known[4] = known[7] = '-';
    known[10] = 'T';
    known[13] = known[16] = ':';
    known_seconds = seconds;
  }
  std::copy(known, known + sizeof known, to);
}

void append_calendar(std::string& out, instant at, int digits) {
  auto seconds = std::chrono::floor<std::chrono::seconds>(at);
  char text[30];
  put_seconds(text, seconds.time_since_epoch().count());
  auto length = std::size_t{19};
  if (digits > 0) {
    char nanoseconds[9];
    put_digits(nanoseconds, (at - seconds).count(), 9);
    text[19] = '.';
    std::copy(nanoseconds, nanoseconds + digits, text + 20);
    length += 1 + static_cast<std::size_t>(digits);
  }
  out.append(text, length);
}

} // namespace

std::chrono::nanoseconds resolution(const timestamp_style& style) {
  auto digits = style.form == timestamp_form::epoch_ms ? 3 : style.digits;
  auto step = std::int64_t{1};
  for (; digits < 9; ++digits) step *= 10;
  return std::chrono::nanoseconds{step};
}

void append_timestamp(std::string& out, instant at, const timestamp_style& style) {
  switch (style.form) {
  case timestamp_form::epoch_ms:
    fmt::format_to(std::back_inserter(out), "{}",
                   std::chrono::floor<std::chrono::milliseconds>(at).time_since_epoch().count());
    return;
  case timestamp_form::utc:
    out += '"';
    append_calendar(out, at, style.digits);
    out += "Z\"";
    return;
  case timestamp_form::offset: {
    out += '"';
    append_calendar(out, at + style.utc_offset, style.digits);
    auto minutes = style.utc_offset.count();
    fmt::format_to(std::back_inserter(out), "{}{:02}:{:02}\"", minutes < 0 ? '-' : '+', std::abs(minutes) / 60,
                   std::abs(minutes) % 60);
    return;
  }
  }
}

std::string to_text(instant at) {
  auto text = std::string{};
  append_calendar(text, at, 9);
  text += 'Z';
  return text;
}

} // namespace floorwalker::simulator
