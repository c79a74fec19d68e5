// The client's first message on a stream.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace floorwalker::simulator {

struct subscription {
  std::vector<std::string> agent_ids;
  std::vector<std::string> problems; ///< one a violation: the member's path, what was expected, what was found
};

/// Reads and checks a subscription message. With problems the ids are of no use.
subscription read_subscription(std::string_view text, std::uint32_t agents_max);

} // namespace floorwalker::simulator
