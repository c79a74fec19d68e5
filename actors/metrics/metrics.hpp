// Metrics: a tenant's figures for whoever asks. Page: docs/actors/metrics.md.
#pragma once

#include "messages/actors.hpp"

#include <caf/fwd.hpp>

namespace floorwalker {

/// Starts the metrics of one tenant, going on from `before`.
metrics_actor spawn_metrics(caf::actor_system& system, const system_metrics& before = {});

} // namespace floorwalker
