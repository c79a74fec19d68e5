// Alerts: says once what is wrong with a tenant. Page: docs/actors/alerts.md.
#pragma once

#include "actors/wall_clock.hpp"
#include "messages/actors.hpp"
#include "messages/agents.hpp"
#include "messages/settings.hpp"

#include <caf/fwd.hpp>

#include <memory>
#include <string>
#include <vector>

namespace floorwalker {

/// Everyone the alerts actor sends to.
struct alerts_peers {
  metrics_actor metrics;
  tenant_actor tenant;
  std::vector<sink_actor> sinks; ///< those that take this tenant's records
};

/// Starts the alerts of `tenant`. `known` is what an earlier run knew of its agents; may be null.
alerts_actor spawn_alerts(caf::actor_system& system, std::string tenant, const alert_settings& settings,
                          std::shared_ptr<const wall_clock> wall, const known_agents_ptr& known, alerts_peers peers);

} // namespace floorwalker
