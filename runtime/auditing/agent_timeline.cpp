#include "runtime/auditing/agent_timeline.hpp"

#include "messages/wire/json_members.hpp"
#include "messages/wire/timestamp.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>

namespace floorwalker {
namespace {

namespace json = boost::json;

constexpr std::size_t states_max = 1'000; ///< an agent has a handful; a hostile feed must not fill the memory

/// What a draft does not hold.
void read_other_members(const read_entry& entry, timeline_row& row) {
  json::error_code error;
  auto parsed = json::parse({entry.line.data(), entry.line.size()}, error);
  if (error || !parsed.is_object()) return;
  const auto& members = parsed.get_object();
  row.previous = wire::text_of_member(members, "previousState");
  row.cause = wire::text_of_member(members, "cause");
  row.close_reason = wire::text_of_member(members, "closeReason");
  if (auto code = wire::find_member(members, "closeCode"); code && code->is_number()) {
    auto number = code->to_number<std::uint64_t>(error);
    if (!error) row.close_code = number;
  }
  if (auto last = wire::parse_timestamp(wire::text_of_member(members, "lastReceived"))) row.nothing_after = last->at;
}

} // namespace

/// Ends the time in the state that was observed until now.
void agent_timeline::leave(timeline_row& row, bool is_sure) {
  row.was_in = state_;
  if (!since_ || state_.empty()) return;
  auto time = std::max(row.at - *since_, std::chrono::nanoseconds{0});
  row.time_in_it = time;
  row.time_is_sure = is_sure && !interrupted_;
  if (!row.time_is_sure || (sums_.size() >= states_max && !sums_.contains(state_))) {
    unsure_ += time;
    return;
  }
  auto& sum = sums_[state_];
  sum.sum += time;
  ++sum.times;
}

void agent_timeline::add_transition(timeline_row& row) {
  ++transitions_;
  if (!row.valid) ++unauthorized_;
  if (row.flags & flag_gap) ++gaps_;
  if (row.flags & flag_out_of_order) {
    ++out_of_order_;
    return;
  }
  leave(row, (row.flags & flag_gap) == 0 && row.previous == state_);
  state_ = row.current;
  since_ = row.at;
  interrupted_ = false;
}

/// The listing says what is, not since when.
void agent_timeline::add_reconciliation(timeline_row& row) {
  leave(row, false);
  state_ = row.current;
  since_.reset();
  interrupted_ = false;
}

timeline_row agent_timeline::add(const read_entry& entry, std::uint64_t sequence) {
  const auto& record = *entry.record;
  timeline_row row;
  row.kind = record.kind;
  row.sequence = sequence;
  row.at = row.received_at = record.received_at;
  if (record.kind == record_kind::transition) {
    if (auto at = wire::parse_timestamp(entry.in(record.event_time))) row.at = at->at;
    row.previous = entry.in(record.previous);
    row.current = entry.in(record.current);
    if (record.has_reason) row.reason = entry.in(record.reason);
    row.latency_ms = record.latency_ms;
    row.valid = record.valid;
    row.flags = record.flags;
    add_transition(row);
    return row;
  }
  read_other_members(entry, row);
  if (record.kind == record_kind::state_reconciled) {
    row.current = entry.in(record.current);
    add_reconciliation(row);
  } else if (record.kind == record_kind::monitoring_interrupted) {
    ++interruptions_;
    interrupted_ = true;
  } else if (record.kind == record_kind::monitoring_started) {
    interrupted_ = true; // what was known before may not have lasted until now
  }
  return row;
}

} // namespace floorwalker
