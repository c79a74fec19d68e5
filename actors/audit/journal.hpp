// The journal: the one place where a tenant's records get their order. Page: docs/actors/journal.md.
#pragma once

#include "actors/audit/journal_storage.hpp"
#include "messages/actors.hpp"

#include <caf/fwd.hpp>

#include <memory>
#include <string>
#include <vector>

namespace floorwalker {

/// Everyone a journal sends to. Sinks hold it back when they are full; metrics and alerts never do.
struct journal_peers {
  metrics_actor metrics;
  alerts_actor alerts;
  std::vector<sink_actor> sinks;
};

/// Starts the journal of `tenant`, going on after the last record of `storage`.
journal_actor spawn_journal(caf::actor_system& system, std::string tenant, std::shared_ptr<journal_storage> storage,
                            journal_peers peers);

} // namespace floorwalker
