// Records that tell of agents' days, as trackers draft them, as the journal commits them, and as they are read back.
#pragma once

#include "actors/audit/trail_position.hpp"
#include "actors/hub/working_figures.hpp"
#include "actors/tracking/audit_entries.hpp"
#include "messages/wire/audit_line.hpp"
#include "tests/actors/record_samples.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace floorwalker::testing {

/// Collects records and commits them as one batch.
class told_records {
public:
  struct change {
    std::string_view agent = "a-1";
    std::string_view previous;
    std::string_view current;
    utc_time at;
    std::uint8_t flags = 0;
    bool valid = true;
    std::optional<utc_time> received = {}; ///< none: at once
  };

  void transition(const change& told) {
    transition_entry entry;
    entry.agent_id = told.agent;
    entry.previous = told.previous;
    entry.current = told.current;
    entry.event_at = told.at;
    entry.received_at = told.received.value_or(told.at);
    entry.judged.valid = told.valid;
    entry.judged.flags = told.flags;
    entry.judged.moved = (told.flags & flag_out_of_order) == 0;
    append_entry(*drafts_, "acme", entry);
  }
  void reconciled(std::string_view agent, std::optional<std::string_view> previous, std::string_view listed,
                  utc_time at) {
    append_entry(*drafts_, "acme", reconciled_entry{agent, previous, listed, at});
  }
  void monitoring(monitoring_entry entry) { append_entry(*drafts_, "acme", entry); }

  bool empty() const { return drafts_->records.empty(); }
  committed_batch_ptr commit() {
    return number_batch(trail_of("acme"), std::exchange(drafts_, std::make_shared<draft_batch>()), position_);
  }

private:
  std::shared_ptr<draft_batch> drafts_ = std::make_shared<draft_batch>();
  trail_position position_;
};

/// The batch as a reader of the trail gives it.
inline committed_batch_ptr read_back(const committed_batch& batch) {
  auto copy = std::make_shared<committed_batch>(batch);
  auto drafts = std::make_shared<draft_batch>();
  for (std::size_t i = 0; i < batch.positions.size(); ++i) {
    wire::append_audit_line(*drafts, batch.positions[i].line.in(batch.lines));
    drafts->records.back().received_at = batch.drafts->records[i].received_at;
  }
  copy->drafts = std::move(drafts);
  return copy;
}

/// An agent whose row is fresh.
inline agent_status fresh_row(std::string_view id = "a-1", std::optional<std::string> state = {}) {
  agent_status row;
  row.who = agent_identity::of(id);
  row.state = row.observed_state = std::move(state);
  row.verified = row.state.has_value();
  row.stale = false;
  return row;
}

} // namespace floorwalker::testing
