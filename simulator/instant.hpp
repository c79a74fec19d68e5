// Points in time and their texts. No clock is read here: every rule of the simulator takes the time as an argument.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace floorwalker::simulator {

/// A point in time, UTC, to the nanosecond.
using instant = std::chrono::sys_time<std::chrono::nanoseconds>;

/// How an event's `timestamp` member is written.
enum class timestamp_form : std::uint8_t {
  utc,      ///< "2024-05-01T12:00:00.123Z"
  offset,   ///< the same instant with an offset: "2024-05-01T14:00:00.123+02:00"
  epoch_ms, ///< a JSON number: milliseconds since 1970
};

struct timestamp_style {
  timestamp_form form = timestamp_form::utc;
  int digits = 3;                       ///< fractional digits, 0 to 9; epoch_ms has none
  std::chrono::minutes utc_offset{120}; ///< for timestamp_form::offset
};

/// The smallest distance that two instants need to differ in text: 1 ms for three digits and for epoch_ms.
std::chrono::nanoseconds resolution(const timestamp_style& style);

/// Appends the JSON value (with quotes where it is text) of `at`, cut to the style's digits.
void append_timestamp(std::string& out, instant at, const timestamp_style& style);

/// RFC 3339, UTC, with nine digits: what the ledger writes.
std::string to_text(instant at);

} // namespace floorwalker::simulator
