// What became of the notices for one receiver of alerts, for Prometheus.
#pragma once

#include <cstdint>
#include <string>

namespace floorwalker {

/// Counts since the start. A notice is what a receiver is told of one alert at a time.
struct receiver_figures {
  std::string receiver;
  std::uint64_t delivered = 0;
  std::uint64_t refused = 0; ///< for good, by the receiver's answer
  std::uint64_t failed = 0;  ///< attempts, each with all the notices of its request
  std::uint64_t dropped = 0; ///< given up: too many, or tried for too long
};

} // namespace floorwalker
