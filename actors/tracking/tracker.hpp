// Follows the agents of one slot.
#pragma once

#include "actors/wall_clock.hpp"
#include "messages/actors.hpp"
#include "messages/settings.hpp"

#include <caf/fwd.hpp>

#include <cstdint>
#include <string>

namespace floorwalker {

struct tracker_peers {
  journal_actor journal;
  roster_actor roster;
};

/// Starts the tracker of one slot. It begins without agents; source_planned brings them.
tracker_actor spawn_tracker(caf::actor_system& system, const std::string& tenant, std::uint32_t slot,
                            const state_matrix& matrix, tracker_peers peers);

} // namespace floorwalker
