#include "actors/hub/live_floor.hpp"

#include "actors/audit/known_states.hpp"

#include <memory>
#include <optional>
#include <utility>

namespace floorwalker {
namespace {

/// True if both say the same of the agent's states. A listing that finds an agent as it was leaves no record and makes
/// its time a lower bound, so a time that only `ours` has is no difference; one that only `told` has is an event's.
bool same_states(const agent_status& ours, const agent_status& told) {
  return ours.state == told.state && ours.observed_state == told.observed_state && ours.verified == told.verified &&
         (!told.since || told.since == ours.since);
}

bool same_row(const agent_status& ours, const agent_status& told) {
  return same_states(ours, told) && ours.name() == told.name() && ours.team() == told.team() &&
         ours.reason == told.reason && ours.since == told.since && ours.last_updated == told.last_updated &&
         ours.stale == told.stale && ours.agent_id() == told.agent_id();
}

} // namespace

live_floor::live_floor(std::string tenant, const known_agents_ptr& known) : tenant_{std::move(tenant)} {
  if (!known) return;
  rows_.reserve(known->size());
  for (const auto& [key, status] : *known) {
    auto row = std::make_shared<live_row>(live_row{status, 0});
    row->status.tenant_id = tenant_;
    row->status.stale = true;
    auto who = row->status.who;
    rows_.emplace(std::move(who), entry{std::move(row)});
    ++stale_;
  }
}

live_floor::entry& live_floor::entry_of(std::string_view id) {
  auto found = rows_.find(agent_key(id));
  return found != rows_.end() ? found->second : join(agent_identity::of(id));
}

live_floor::entry& live_floor::join(const agent_identity_ptr& who) {
  auto row = std::make_shared<live_row>();
  row->status.who = who;
  row->status.tenant_id = tenant_;
  ++stale_; // as a status begins
  return rows_.emplace(who, entry{std::move(row)}).first->second;
}

/// The trackers' own words for an agent take the place of those that stood here, so that these go with the last row.
live_floor::table::iterator live_floor::keyed_by(const agent_identity_ptr& who, table::iterator at) {
  auto of = std::move(at->second);
  rows_.erase(at);
  return rows_.emplace(who, std::move(of)).first;
}

const live_change& live_floor::put(entry& of, agent_status status, std::vector<live_change>& changes) {
  stale_ += status.stale ? 1 : 0;
  stale_ -= of.row->status.stale ? 1 : 0;
  of.row = std::make_shared<const live_row>(live_row{std::move(status), sequence_});
  return changes.emplace_back(live_change{of.row, sequence_});
}

void live_floor::apply(const committed_batch& batch, std::vector<live_change>& changes) {
  std::string_view text = batch.drafts->text;
  for (std::size_t i = 0; i < batch.positions.size(); ++i) {
    const auto& record = batch.drafts->records[i];
    sequence_ = batch.positions[i].sequence;
    switch (record.kind) {
    case record_kind::transition:
    case record_kind::state_reconciled: {
      auto& of = entry_of(record.agent.in(text));
      of.touched = sequence_;
      settle(of);
      auto status = of.row->status;
      // An event that came out of order moves nothing, and is told all the same.
      if (move_agent(status, record, text)) {
        status.stale = false;
        put(of, std::move(status), changes);
      } else {
        changes.push_back({of.row, sequence_});
      }
      if (record.kind == record_kind::transition) changes.back().record = static_cast<std::uint32_t>(i);
      break;
    }
    case record_kind::monitoring_interrupted:
      interrupt(batch.positions[i].line.in(batch.lines), changes);
      break;
    case record_kind::monitoring_started: // stale until the listing, which the trackers tell of
    case record_kind::configuration_changed:
    case record_kind::checkpoint_signed:
      break;
    }
  }
}

void live_floor::interrupt(std::string_view line, std::vector<live_change>& changes) {
  for (const auto& id : named_agents(line)) {
    auto& of = entry_of(id);
    of.touched = sequence_;
    settle(of);
    if (of.row->status.stale) continue;
    auto status = of.row->status;
    status.stale = true;
    put(of, std::move(status), changes);
  }
}

void live_floor::asked(std::uint64_t numbered) {
  ++question_;
  asked_at_ = sequence_;
  numbered_ = numbered;
}

void live_floor::answered(const std::vector<agent_status>& agents, bool complete, std::vector<live_change>& changes) {
  for (const auto& told : agents) {
    auto found = rows_.find(told.who->key());
    if (found == rows_.end()) {
      auto& joined = join(told.who);
      joined.answered = question_;
      put(joined, told, changes);
      continue;
    }
    if (found->first != told.who) found = keyed_by(told.who, found);
    found->second.answered = question_;
    reconsider(found->second, told, changes);
  }
  for (auto at = rows_.begin(); at != rows_.end();) {
    auto& missing = at->second;
    if (missing.answered == question_ || missing.touched > asked_at_) {
      ++at;
    } else if (complete) {
      settle(missing);
      stale_ -= missing.row->status.stale ? 1 : 0;
      changes.push_back({missing.row, sequence_, live_change::no_record, true});
      rows_.erase(at++);
    } else {
      if (auto status = missing.row->status; !std::exchange(status.stale, true))
        put(missing, std::move(status), changes);
      ++at;
    }
  }
  if (skipped_in_ && question_ > *skipped_in_) skipped_in_.reset();
}

bool live_floor::believed(const entry& of, const agent_status& told) const {
  auto spoken_since = of.touched > asked_at_;
  // What records said before they were passed over is no base for those that came since.
  if (skipped_in_ && question_ > *skipped_in_) return !spoken_since || told.last_updated >= of.row->status.last_updated;
  if (spoken_since) return false;
  if (same_states(of.row->status, told)) return true;
  // Everything that was numbered since the first answer that differed is here, and no record tells it.
  return of.doubted != 0 && of.doubted < question_ && sequence_ >= numbered_;
}

void live_floor::reconsider(entry& of, const agent_status& told, std::vector<live_change>& changes) {
  const auto& ours = of.row->status;
  if (believed(of, told)) {
    settle(of);
    if (!same_row(ours, told)) put(of, told, changes);
    return;
  }
  if (of.doubted == 0 && of.touched <= asked_at_) {
    of.doubted = question_;
    ++doubted_;
  }
  if (ours.name() == told.name() && ours.team() == told.team()) return;
  auto status = ours;
  status.who = told.who;
  put(of, std::move(status), changes);
}

std::vector<live_row_ptr> live_floor::rows() const {
  std::vector<live_row_ptr> all;
  all.reserve(rows_.size());
  for (const auto& [key, each] : rows_) all.push_back(each.row);
  return all;
}

} // namespace floorwalker
