// The root of the supervision tree: tenants and sinks, and the process's end.
#pragma once

#include "actors/sinks/cursor_store.hpp"
#include "actors/sinks/outlet.hpp"
#include "actors/tenant/tenant.hpp"
#include "messages/settings.hpp"

#include <caf/fwd.hpp>

#include <cstdint>
#include <functional>
#include <vector>

namespace floorwalker {

/// A configured sink, where its lines go, and how far they have come.
struct sink_port {
  sink_settings settings;
  outlet_ptr outlet;
  cursor_store_ptr cursors = {}; ///< null: it keeps none, and begins with the first record of each process
};

/// What the whole floor needs from outside.
struct root_ports {
  std::function<tenant_ports(const tenant_settings&)> tenant; ///< called once a tenant, on start
  std::vector<sink_port> sinks;
};

/// Between the order to stop and the process's end at the latest, however slow sinks and gateways are.
inline constexpr std::chrono::milliseconds process_drain_deadline{4500};

/// Starts every sink and tenant. `seed` is for jitter.
root_actor spawn_root(caf::actor_system& system, const std::vector<tenant_settings>& tenants, root_ports ports,
                      std::uint64_t seed);

} // namespace floorwalker
