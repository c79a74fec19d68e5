// Plans a tenant's agents over listener slots and keeps the slots going.
#pragma once

#include "actors/connection/event_stream.hpp"
#include "actors/wall_clock.hpp"
#include "messages/settings.hpp"

#include <caf/fwd.hpp>

#include <cstdint>
#include <memory>

namespace floorwalker {

struct connection_supervisor_peers {
  tenant_actor tenant;
  metrics_actor metrics;
  alerts_actor alerts;
  journal_actor journal;       ///< for the trackers
  roster_actor roster;         ///< for the trackers
  known_agents_ptr known = {}; ///< for the trackers: what an earlier run knew; null: nothing
  bool new_matrix = false;     ///< the matrix is not the one that the process started with
};

/// Starts the supervisor. Configured agents are planned at once, listed ones with the first listing.
connection_supervisor_actor spawn_connection_supervisor(caf::actor_system& system,
                                                        std::shared_ptr<const tenant_settings> settings,
                                                        std::shared_ptr<event_stream> stream,
                                                        std::shared_ptr<const wall_clock> wall,
                                                        connection_supervisor_peers peers, std::uint64_t seed);

} // namespace floorwalker
