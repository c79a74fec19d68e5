#include "runtime/audit/retention.hpp"

#include <numeric>

namespace floorwalker {

std::size_t segments_to_remove(const std::vector<kept_segment>& segments, const retention_limits& limits,
                               utc_time now) {
  auto bytes = std::accumulate(segments.begin(), segments.end(), std::uint64_t{0},
                               [](auto sum, auto& segment) { return sum + segment.bytes; });
  std::size_t gone = 0;
  for (; gone + 1 < segments.size(); ++gone) {
    // The next segment was begun when this one had its last record.
    auto old = limits.age && std::chrono::floor<std::chrono::days>(now - segments[gone + 1].begun) >= *limits.age;
    auto much = limits.bytes && bytes > *limits.bytes;
    if (!old && !much) break;
    bytes -= segments[gone].bytes;
  }
  return gone;
}

} // namespace floorwalker
