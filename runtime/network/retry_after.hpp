// The Retry-After header (RFC 9110 §10.2.3).
#pragma once

#include "messages/time.hpp"

#include <chrono>
#include <optional>
#include <string_view>

namespace floorwalker {

/// The delay from `now` that the header asks for, 0 to one day: either seconds, or a date in one of the three forms of
/// RFC 9110 §5.6.7. None if it is neither.
std::optional<std::chrono::seconds> parse_retry_after(std::string_view text, utc_time now);

} // namespace floorwalker
