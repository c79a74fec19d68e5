// Batches of records for tests, as a tracker drafts them and as the journal commits them.
#pragma once

#include "actors/audit/trail_position.hpp"
#include "messages/journal_records.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace floorwalker::testing {

/// 2026-11-23T10:00:00Z
inline constexpr utc_time opening{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23} + std::chrono::hours{10}};

/// One record in short. Its audit entry is {"sequence":<n>,"agentId":"<agent>"}.
struct sample {
  std::string agent = "a-1";
  std::string previous = "available";
  std::string current = "busy";
  bool valid = true;
  std::int64_t latency_ms = 100;
  utc_time received_at = opening;
  std::uint8_t flags = 0;
  std::optional<std::string> reason = {};
  record_kind kind = record_kind::transition;
  bool was_stale = false;
};

inline text_slice append_slice(std::string& text, std::string_view piece) {
  text_slice slice{static_cast<std::uint32_t>(text.size()), static_cast<std::uint32_t>(piece.size())};
  text += piece;
  return slice;
}

inline draft_batch_ptr drafts_of(const std::vector<sample>& samples, const tracker_tally& tally = {},
                                 std::uint32_t slot = 0) {
  auto batch = std::make_shared<draft_batch>();
  batch->slot = slot;
  batch->tally = tally;
  for (auto& from : samples) {
    record_draft record;
    record.kind = from.kind;
    record.flags = from.flags;
    record.valid = from.valid;
    record.verified = from.valid;
    record.moved = (from.flags & flag_out_of_order) == 0;
    record.was_stale = from.was_stale;
    record.has_reason = from.reason.has_value();
    record.received_at = from.received_at;
    record.latency_ms = from.latency_ms;
    record.head = append_slice(batch->text, R"({"sequence":)");
    record.tail = append_slice(batch->text, R"(,"agentId":")");
    record.tail.size += append_slice(batch->text, from.agent).size;
    record.tail.size += append_slice(batch->text, R"("})").size;
    record.agent = append_slice(batch->text, from.agent);
    record.previous = append_slice(batch->text, from.previous);
    record.current = append_slice(batch->text, from.current);
    record.reason = append_slice(batch->text, from.reason.value_or(""));
    record.event_time = append_slice(batch->text, "2026-11-23T09:59:59.900Z");
    batch->records.push_back(record);
  }
  return batch;
}

/// The first epoch of a tenant's trail.
inline trail_identity trail_of(const std::string& tenant) {
  return {std::make_shared<const std::string>(tenant), std::make_shared<const std::string>("node-1"), 1};
}

inline committed_batch_ptr committed(const std::vector<sample>& samples, trail_position after = {},
                                     const std::string& tenant = "acme") {
  return number_batch(trail_of(tenant), drafts_of(samples), after);
}

} // namespace floorwalker::testing
