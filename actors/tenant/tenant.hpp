// One tenant: its part of the supervision tree, and its word to the root.
#pragma once

#include "actors/alerts/alert_audience.hpp"
#include "actors/audit/journal.hpp"
#include "actors/auth/token_endpoint.hpp"
#include "actors/connection/event_stream.hpp"
#include "actors/hub/live_audience.hpp"
#include "actors/roster/agent_directory.hpp"
#include "actors/wall_clock.hpp"
#include "messages/settings.hpp"

#include <caf/fwd.hpp>

#include <cstdint>
#include <memory>
#include <vector>

namespace floorwalker {

/// What a tenant needs from outside.
struct tenant_ports {
  std::shared_ptr<token_endpoint> tokens;
  std::shared_ptr<agent_directory> directory;
  std::shared_ptr<event_stream> stream;
  journal_storage_ptr storage;
  std::shared_ptr<const recovered_trail> recovered; ///< what the storage found; null: it is new
  std::shared_ptr<const wall_clock> wall;
  journal_limits limits = {};
  live_audience_ptr audience = {};        ///< null: nobody looks, and there is no hub
  alert_audience_ptr alert_audience = {}; ///< null: nobody outside is told of alerts
};

struct tenant_peers {
  root_actor root;
  std::vector<sink_actor> sinks; ///< those that take this tenant's records
};

/// Starts a tenant with all its parts. `seed` is for jitter.
tenant_actor spawn_tenant(caf::actor_system& system, const tenant_settings& settings, tenant_ports ports,
                          tenant_peers peers, std::uint64_t seed);

} // namespace floorwalker
