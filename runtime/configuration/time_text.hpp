// Points in time as people type them. Pure.
#pragma once

#include "messages/time.hpp"
#include "runtime/configuration/civil_clock.hpp"

#include <optional>
#include <string_view>

namespace floorwalker {

/// What a date without a time of day stands for.
enum class bare_date : std::uint8_t { begins, ends };

/// Reads "2026-11-23", "2026-11-23T10:00", "2026-11-23T10:00:00.5" and the latter two with "Z" or an offset such as
/// "+01:00"; a space may stand for the T. Without an offset it is what `clock` shows. A bare date is its first instant,
/// or with `ends` that of the next day, so that a range from a date to the same date is that day. None if it is nothing
/// of that kind, or not of the years 1700 to 2199.
std::optional<utc_time> parse_time_text(std::string_view text, bare_date date, const civil_clock& clock);

} // namespace floorwalker
