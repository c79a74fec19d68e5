// Alerts: says once what is wrong with a tenant. Page: docs/actors/alerts.md.
#pragma once

#include "messages/actors.hpp"
#include "messages/settings.hpp"

#include <caf/fwd.hpp>

#include <string>

namespace floorwalker {

/// Everyone the alerts actor sends to.
struct alerts_peers {
  metrics_actor metrics;
  tenant_actor tenant;
};

/// Starts the alerts of `tenant`.
alerts_actor spawn_alerts(caf::actor_system& system, std::string tenant, const alert_settings& settings,
                          alerts_peers peers);

} // namespace floorwalker
