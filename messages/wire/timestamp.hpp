// RFC 3339 instants as the platform writes them and as the trail prints them.
#pragma once

#include "messages/time.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace floorwalker::wire {

/// An instant with the number of fractional digits that were received.
struct timestamp {
  utc_time at;
  std::uint8_t fraction_digits = 0; ///< 0 to 9
};

/// Reads an RFC 3339 date-time with any offset and 0 to 9 fractional digits. A leap second (…:60) counts as the next
/// second. None for anything else, and for instants that nanoseconds since 1970 cannot hold (before 1677, after 2262).
std::optional<timestamp> parse_timestamp(std::string_view text);

/// Reads milliseconds since the epoch; fractions below a millisecond are kept as nanoseconds. None if out of range.
std::optional<timestamp> timestamp_of_milliseconds(double milliseconds);
std::optional<timestamp> timestamp_of_milliseconds(std::int64_t milliseconds);

/// Appends the instant in UTC with the given number of fractional digits (0 to 9), ending in Z.
void append_timestamp(std::string& out, utc_time at, int fraction_digits);

/// The same, written at `to`, where there is room for timestamp_bytes_max. Returns the end.
char* put_timestamp(char* to, utc_time at, int fraction_digits);
inline constexpr std::size_t timestamp_bytes_max = 31;

/// The instant in UTC with milliseconds, as in "2026-11-23T10:00:00.456Z".
std::string to_text(utc_time at);

} // namespace floorwalker::wire
