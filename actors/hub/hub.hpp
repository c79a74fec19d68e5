// The hub: one tenant's floor as people look at it live. Page: docs/actors/hub.md.
#pragma once

#include "actors/hub/live_audience.hpp"
#include "actors/wall_clock.hpp"
#include "messages/actors.hpp"

#include <caf/fwd.hpp>

#include <memory>
#include <string>

namespace floorwalker {

/// Everyone a hub sends to, and the world's time.
struct hub_peers {
  tenant_actor tenant;
  std::shared_ptr<const wall_clock> wall; ///< when a committed batch arrived; read once a batch
};

/// Starts the hub of `tenant`. `known` is what an earlier run knew of its agents; may be null.
hub_actor spawn_hub(caf::actor_system& system, std::string tenant, live_audience_ptr audience,
                    const known_agents_ptr& known, hub_peers peers);

} // namespace floorwalker
