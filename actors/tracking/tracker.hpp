// Follows the agents of one slot.
#pragma once

#include "actors/wall_clock.hpp"
#include "messages/actors.hpp"
#include "messages/settings.hpp"

#include <caf/fwd.hpp>

#include <cstdint>
#include <memory>
#include <string>

namespace floorwalker {

struct tracker_peers {
  journal_actor journal;
  roster_actor roster;
  std::shared_ptr<const wall_clock> wall; ///< when a batch was judged; read once a batch
  known_agents_ptr known = {};            ///< what an earlier run knew; null: nothing
  slot_actor slot = {};                   ///< hears what is known when the tracker has drained; may be null
};

/// Whether a slot had a tracker before, which failed.
enum class tracker_start : std::uint8_t { first, successor };

/// Starts the tracker of one slot, which is going to watch `agents`; source_planned says when.
tracker_actor spawn_tracker(caf::actor_system& system, const std::string& tenant, std::uint32_t slot,
                            const state_matrix& matrix, agent_group_ptr agents, tracker_peers peers,
                            tracker_start start = tracker_start::first);

} // namespace floorwalker
