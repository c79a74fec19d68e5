// Points in time as people type them. Pure.
#pragma once

#include "messages/time.hpp"

#include <optional>
#include <string_view>

namespace floorwalker {

/// What a date without a time of day stands for.
enum class bare_date : std::uint8_t { begins, ends };

/// Reads "2026-11-23", "2026-11-23T10:00", "2026-11-23T10:00:00.5" and the latter two with "Z" or an offset such as
/// "+01:00"; a space may stand for the T. Without an offset it is UTC. A bare date is its first instant, or with `ends`
/// that of the next day. None if it is nothing of that kind.
std::optional<utc_time> parse_time_text(std::string_view text, bare_date date);

} // namespace floorwalker
