// What a trail tells, read from its records' texts: the model that recovery is held against.
#pragma once

#include "messages/agents.hpp"
#include "messages/system_metrics.hpp"
#include "messages/time.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace floorwalker::simulation {

/// Applies records one after another. Begins with nothing, or with what a snapshot says.
struct told_by_trail {
  known_agents agents;
  system_metrics counts;                              ///< those that records tell
  std::map<std::string, std::uint64_t> last_of_agent; ///< by key: the last record that moved its row
  utc_time last_record{};

  /// `counts` may be further on than the agents: records that they hold already change the agents alone.
  void apply(std::string_view line, std::uint64_t sequence);
};

} // namespace floorwalker::simulation
