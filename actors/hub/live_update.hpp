// What changed on a tenant's floor, for everybody who looks at it live. Immutable once it is handed on. Pure: no CAF,
// no I/O, no clock.
#pragma once

#include "messages/agents.hpp"
#include "messages/alert_status.hpp"
#include "messages/journal_records.hpp"
#include "messages/system_metrics.hpp"
#include "messages/time.hpp"
#include "messages/trail_reader.hpp"

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace floorwalker {

/// One agent as of a sequence.
struct live_row {
  agent_status status;
  std::uint64_t changed_at = 0; ///< the sequence that had come when it last changed, by a record or without one

  /// The agent's id in the form in which ids compare.
  std::string_view key() const { return status.who->key(); }
};
using live_row_ptr = std::shared_ptr<const live_row>;

/// One change of one row.
struct live_change {
  static constexpr std::uint32_t no_record = std::numeric_limits<std::uint32_t>::max();

  live_row_ptr row;                 ///< after the change; of an agent that is gone, the last one
  std::uint64_t sequence = 0;       ///< the record that made it, or the last one before it
  std::uint32_t record = no_record; ///< of a transition: its index in the update's batch
  bool gone = false;                ///< the agent is no longer followed
};

/// A tenant's figures of one second.
struct live_figures {
  system_metrics metrics;
  double per_second = 0; ///< transitions a second, over the last five
  std::uint64_t stale_agents = 0;
};

struct live_condition {
  tenant_condition condition = tenant_condition::starting;
  std::string sentence; ///< why it failed, or empty
};

/// Where the trail stands when a hub begins.
struct live_beginning {
  trail_reader_ptr trail;
  std::vector<epoch_start> epochs; ///< the running one last
};

/// Updates of one tenant follow each other without a hole, in the order of the trail.
struct live_update {
  std::shared_ptr<const std::string> tenant;
  std::optional<live_beginning> begins; ///< everything told before is void; `changes` are all rows
  std::uint64_t epoch = 0;              ///< 0 as long as the trail is not open
  std::uint64_t sequence = 0;           ///< every record up to here is reflected
  committed_batch_ptr batch;            ///< records that this update reflects; null: none
  std::optional<utc_time> journaled_at; ///< when the hub was handed `batch`; none: it has read it, or kept it for later
  std::vector<live_change> changes;
  std::uint64_t skipped = 0;        ///< records before this update that were passed over: their rows follow later
  std::vector<alert_status> alerts; ///< that began or changed
  std::optional<live_figures> figures;
  std::optional<live_condition> condition;
  std::optional<bool> renewal; ///< a token was granted, or could not be got
};
using live_update_ptr = std::shared_ptr<const live_update>;

} // namespace floorwalker
