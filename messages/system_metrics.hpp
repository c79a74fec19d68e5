// A tenant's figures as users see them (record "system metrics" of docs/interfaces.md). No CAF.
#pragma once

#include "messages/state_observation.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace floorwalker {

/// How many listeners are in which condition. A slot counts once.
struct listener_counts {
  std::uint32_t active = 0;       ///< subscribed and reading
  std::uint32_t reconnecting = 0; ///< connecting or waiting for a retry
  std::uint32_t paused = 0;       ///< subscribed, but not read because we are behind
  std::uint32_t stopped = 0;      ///< given up

  friend bool operator==(const listener_counts&, const listener_counts&) = default;
};

struct system_metrics {
  std::uint64_t active_agents = 0;
  std::uint64_t stale_agents = 0;
  std::uint64_t total_processed = 0;
  std::uint64_t valid = 0;
  std::uint64_t unverified_transitions = 0;
  std::uint64_t duplicates = 0;
  std::uint64_t handover_copies = 0;
  std::uint64_t out_of_order = 0;
  std::uint64_t gaps = 0;
  std::uint64_t interruptions = 0;
  std::uint64_t malformed = 0;
  std::array<std::uint64_t, ignored_reasons> ignored{};
  std::uint64_t alerts = 0;
  listener_counts listeners;
  std::int64_t latency_p50_ms = 0;
  std::int64_t latency_p90_ms = 0;
  std::int64_t latency_p99_ms = 0;
  std::int64_t latency_max_ms = 0;
  std::uint64_t through_sequence = 0; ///< the last record that is counted; for snapshots, not for users

  std::optional<double> accuracy_rate() const; ///< percent; none before the first event
};

/// The metrics as one JSON object, in the order of docs/interfaces.md.
std::string to_json(const system_metrics& metrics);

/// How a tenant is.
enum class tenant_condition : std::uint8_t {
  starting,          ///< waiting for its first token or listener
  running,           ///< every listener that is planned is subscribed
  degraded,          ///< some are not
  audit_unavailable, ///< it goes on, but its records can't be written and wait
  audit_damaged,     ///< its trail does not verify, so it does not run
  failed,            ///< it will not come back by itself
  stopped            ///< drained
};

/// Why a tenant failed; decides the process's exit code.
enum class failure_cause : std::uint8_t {
  none,
  internal,      ///< a part of it crashed again and again (exit code 1)
  configuration, ///< more agents than fit, and the like (2)
  credentials,   ///< credentials or scope rejected (3)
  listeners,     ///< every listener stopped by the close-code policy (4)
  audit          ///< the trail is damaged beyond what a crash explains (5)
};

std::string_view to_text(tenant_condition condition);

/// True if the tenant does not come back by itself.
bool is_final(tenant_condition condition);

/// The exit code that goes with a cause (docs/operations.md).
int exit_code_of(failure_cause cause);

} // namespace floorwalker
