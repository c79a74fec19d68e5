// The snapshot file: what is known at a place of the trail, so that a start reads only what follows. Pure: no I/O, no
// clock.
#pragma once

#include "actors/audit/monitored_agents.hpp"
#include "actors/audit/recovered_trail.hpp"
#include "actors/audit/trail_position.hpp"
#include "messages/time.hpp"
#include "runtime/audit/trail_format.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace floorwalker {

/// A place between two frames, with everything that is needed to go on from there.
struct trail_place {
  std::string segment;      ///< the file's name
  std::uint64_t offset = 0; ///< of the next frame
  chain_value chain{};
  trail_position position;
  utc_time last_record;  ///< the newest receipt of the records before it
  bool unsealed = false; ///< records stand before it, and no checkpoint behind them

  friend bool operator==(const trail_place&, const trail_place&) = default;
};

/// What a snapshot file holds. What is known may be later than `place`: reading the records in between again leads to
/// the same.
struct kept_snapshot {
  trail_place place;
  std::uint64_t committed = 0; ///< records up to here were on disk when it was written
  known_agents agents;
  system_metrics counts;
  monitored_agents monitored;
};

std::string to_text(const kept_snapshot& snapshot);
/// The same with these agents, each once and sorted by key, in the place of the snapshot's own: so that nobody has to
/// copy the rows of a whole tenant to write them down.
std::string to_text(const kept_snapshot& snapshot, const std::vector<const agent_status*>& agents);

/// With a problem, one clause, nothing else is set.
struct parsed_snapshot {
  kept_snapshot snapshot;
  std::string problem;
};
parsed_snapshot parse_snapshot(std::string_view text);

} // namespace floorwalker
