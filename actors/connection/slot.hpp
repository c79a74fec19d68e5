// One listener slot: a subscription of at most 50 agents, its tracker and its connections.
#pragma once

#include "actors/connection/event_stream.hpp"
#include "actors/wall_clock.hpp"
#include "messages/settings.hpp"

#include <caf/fwd.hpp>

#include <cstdint>
#include <memory>

namespace floorwalker {

struct slot_peers {
  connection_supervisor_actor supervisor;
  journal_actor journal;       ///< for the tracker
  roster_actor roster;         ///< for the tracker
  known_agents_ptr known = {}; ///< for the first tracker: what an earlier run knew; null: nothing
  bool new_matrix = false;     ///< the matrix is not the one that the process started with: the trail has to tell it
};

/// Starts a slot for these agents. It connects when it has its first token.
slot_actor spawn_slot(caf::actor_system& system, std::uint32_t number, std::shared_ptr<const tenant_settings> settings,
                      agent_group_ptr agents, std::shared_ptr<event_stream> stream,
                      std::shared_ptr<const wall_clock> wall, slot_peers peers, std::uint64_t seed);

} // namespace floorwalker
