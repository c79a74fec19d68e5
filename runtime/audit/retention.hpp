// Which segments are old enough to go. Pure: no I/O, no clock.
#pragma once

#include "messages/time.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace floorwalker {

struct retention_limits {
  std::optional<std::chrono::days> age; ///< whole days
  std::optional<std::uint64_t> bytes;
};

struct kept_segment {
  utc_time begun; ///< by its header
  std::uint64_t bytes = 0;
};

/// How many of `segments`, oldest first, go: those whose last record is too old, and those without which the trail is
/// small enough. The last one stays.
std::size_t segments_to_remove(const std::vector<kept_segment>& segments, const retention_limits& limits, utc_time now);

} // namespace floorwalker
