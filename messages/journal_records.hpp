// The records of the audit trail on their way: drafted by a tracker, numbered by the journal, read by everybody else.
// No CAF.
#pragma once

#include "messages/state_observation.hpp"
#include "messages/time.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace floorwalker {

enum class record_kind : std::uint8_t {
  transition,
  state_reconciled,
  monitoring_started,
  monitoring_interrupted,
  configuration_changed,
  checkpoint_signed ///< a checkpoint of the trail, for whoever keeps it elsewhere
};

/// What the audit entry of such a record calls itself (member `auditAction`); a transition's depends on its verdict.
std::string_view audit_action(record_kind kind, bool valid);

/// Marks on a transition (member `flags` of the audit entry), as bits.
enum transition_flag : std::uint8_t { flag_gap = 1, flag_out_of_order = 2, flag_handover = 4 };

/// The member `flags` of an audit entry, with a comma before it: at most 48 bytes.
std::string_view flags_member(std::uint8_t flags);

/// A record before the journal gives it a sequence. Its text is finished but for that number, which goes between head
/// and tail; the other slices are the values a dashboard update needs. All slices lie in the batch's text.
struct record_draft {
  record_kind kind = record_kind::transition;
  std::uint8_t flags = 0; ///< of transition_flag
  bool valid = false;     ///< authorized by the state matrix; transitions only
  bool has_reason = false;
  bool verified = false;  ///< what the agent's row says after this record
  bool moved = false;     ///< false: out of order, the row stayed as it was
  bool was_stale = false; ///< the agent's row was, when this came: an interruption that is recorded explains a gap
  utc_time received_at;
  std::int64_t latency_ms = 0; ///< receipt minus event time, rounded down; negative when the platform's clock is ahead
  text_slice head;
  text_slice tail;
  text_slice agent;
  text_slice previous;
  text_slice current;
  text_slice reason;
  text_slice event_time;
};

/// What happened at a tracker besides records, since its last batch; plain counts, and two levels of the whole slot.
struct tracker_tally {
  std::uint64_t duplicates = 0;
  std::uint64_t handover_copies = 0;
  std::uint64_t malformed = 0;
  std::array<std::uint64_t, ignored_reasons> ignored{};
  std::uint64_t interruptions = 0;
  std::uint32_t active_agents = 0; ///< level: agents of this slot whose state is known
  std::uint32_t stale_agents = 0;  ///< level
};

/// The slot of a draft that comes from no tracker: its levels are nobody's.
inline constexpr std::uint32_t no_slot = UINT32_MAX;

/// What a tracker made of one batch of observations, or of a listing.
struct draft_batch {
  std::uint32_t slot = 0; ///< whose levels `tally` tells
  std::string text;
  std::vector<record_draft> records;
  tracker_tally tally;
  std::optional<utc_time> judged_at; ///< when its tracker handed it to the journal; of what was read back nobody knows
};

using draft_batch_ptr = std::shared_ptr<const draft_batch>;

/// Where a record stands in the trail. `valid_total` and `total` count transitions up to and with this record, so that
/// accuracyRate can be told at any record.
struct record_position {
  std::uint64_t sequence = 0;
  std::uint64_t valid_total = 0;
  std::uint64_t total = 0;
  text_slice line; ///< in committed_batch::lines, without the newline
};

/// A batch that stands in the journal. positions[i] belongs to drafts->records[i].
/// Tenant, node, epoch and sequence together name a record for good: a trail that was restored from a copy begins a new
/// epoch.
struct committed_batch {
  std::shared_ptr<const std::string> tenant;
  std::shared_ptr<const std::string> node;
  std::uint64_t epoch = 0;
  draft_batch_ptr drafts;
  std::string lines; ///< the audit entries, a line each
  std::vector<record_position> positions;
};

using committed_batch_ptr = std::shared_ptr<const committed_batch>;

/// One dashboard update as a line of JSON without newline, appended to `out`; rates and sequence come from `position`.
/// Only transitions have one; `with_verification` adds the member "verified".
void append_dashboard_update(std::string& out, const committed_batch& batch, std::size_t index, bool with_verification);

} // namespace floorwalker
