// The journal: the one place where a tenant's records get their order. Page: docs/actors/journal.md.
#pragma once

#include "actors/audit/journal_storage.hpp"
#include "messages/actors.hpp"

#include <caf/fwd.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace floorwalker {

/// Everyone a journal sends to. Nobody of them holds it back.
struct journal_peers {
  tenant_actor tenant;
  metrics_actor metrics;
  alerts_actor alerts;
  std::vector<sink_actor> sinks;
};

/// How much memory a journal lets others keep.
struct journal_limits {
  std::size_t waiting_bytes = std::size_t{32} << 20;    ///< for the disk; past that trackers are held back
  std::size_t handed_over_bytes = std::size_t{8} << 20; ///< to one sink and not looked at; past that it reads the trail
};

/// Starts the journal of `tenant`, going on after the last record of `storage`.
journal_actor spawn_journal(caf::actor_system& system, std::string tenant, journal_storage_ptr storage,
                            journal_peers peers, journal_limits limits = {});

} // namespace floorwalker
