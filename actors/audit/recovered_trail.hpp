// What a new process learns from the trail of the one before it, and what it leaves to the next. Pure: no CAF, no I/O.
#pragma once

#include "messages/agents.hpp"
#include "messages/system_metrics.hpp"
#include "messages/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace floorwalker {

/// Agents that were watched when the trail ended, which it does not say of a process that stopped in order: the last
/// record about it is a MONITORING_STARTED, or there is none since a snapshot that says `watched`.
struct cut_monitoring {
  std::vector<std::string> agent_ids;
  utc_time last_record; ///< receipt of the last thing that the trail tells
};

/// What the trail tells. Of `counts`, only those that records tell go on in a new process (trail_figures()): transitions,
/// valid ones, gaps, those out of order, and interruptions (monitoring_causes::counted()).
struct recovered_trail {
  std::string damage; ///< one sentence: the trail is damaged beyond what a crash explains. Nothing else is set then.
  known_agents agents;
  system_metrics counts;
  std::optional<cut_monitoring> cut;
};

/// What is known behind record `sequence`, so that a start has to read only what follows. Every record up to there is
/// reflected. Agents may be later than that: reading the records in between again leads to the same states.
struct trail_snapshot {
  std::uint64_t sequence = 0;
  std::vector<agent_status> agents;
  system_metrics counts; ///< counted through its own through_sequence
};

} // namespace floorwalker
