#include "runtime/outlets/live_model.hpp"

#include <algorithm>
#include <chrono>

namespace floorwalker {
namespace {

std::int64_t second_of(utc_time at) { return std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count(); }

template <class Ring>
auto& second_slot(Ring& ring, std::int64_t number) {
  return ring[static_cast<std::uint64_t>(number) % ring.size()];
}

} // namespace

shown_transition transition_of(const committed_batch& batch, std::size_t index) {
  auto& record = batch.drafts->records[index];
  std::string_view text = batch.drafts->text;
  shown_transition shown;
  shown.at = record.received_at;
  shown.tenant = *batch.tenant;
  shown.agent = record.agent.in(text);
  shown.previous = record.previous.in(text);
  shown.current = record.current.in(text);
  if (record.has_reason) shown.reason = record.reason.in(text);
  shown.latency_ms = record.latency_ms;
  shown.authorized = record.valid;
  shown.gap = (record.flags & flag_gap) != 0;
  shown.out_of_order = (record.flags & flag_out_of_order) != 0;
  return shown;
}

void live_model::apply(const committed_batch& batch) {
  auto at = tenants_.find(*batch.tenant);
  if (at == tenants_.end()) at = tenants_.emplace(*batch.tenant, tenant{}).first;
  auto& of = at->second;
  if (!batch.positions.empty()) {
    of.processed = batch.positions.back().total;
    of.valid = batch.positions.back().valid_total;
  }
  std::string_view text = batch.drafts->text;
  for (auto& record : batch.drafts->records) {
    auto transition = record.kind == record_kind::transition;
    if (transition) count_transition(record);
    if ((transition && record.moved) || record.kind == record_kind::state_reconciled)
      move_agent(of, record.agent.in(text), record.current.in(text));
  }
  remember(batch);
}

void live_model::count_transition(const record_draft& record) {
  gaps_ += (record.flags & flag_gap) != 0 ? 1 : 0;
  out_of_order_ += (record.flags & flag_out_of_order) != 0 ? 1 : 0;
  auto latency = std::max<std::int64_t>(record.latency_ms, 0);
  if (latencies_.size() < latencies_kept)
    latencies_.push_back(latency);
  else
    latencies_[next_latency_++ % latencies_kept] = latency;
  auto number = second_of(record.received_at);
  auto& slot = second_slot(seconds_, number);
  if (slot.number != number) slot = {number, 0};
  ++slot.events;
}

void live_model::move_agent(tenant& of, std::string_view agent, std::string_view current) {
  if (agent.empty() || current.empty()) return;
  auto index = state_index(current);
  auto at = of.state_of.find(agent);
  if (at == of.state_of.end()) {
    of.state_of.emplace(agent, index);
  } else {
    --states_[at->second].agents;
    at->second = index;
  }
  ++states_[index].agents;
}

std::size_t live_model::state_index(std::string_view name) {
  auto at = std::ranges::find(states_, name, &state::name);
  if (at == states_.end()) {
    if (states_.size() > states_kept) return states_kept;
    auto& added = states_.emplace_back();
    added.name = states_.size() > states_kept ? std::string_view{"other"} : name;
    return states_.size() - 1;
  }
  return static_cast<std::size_t>(at - states_.begin());
}

/// Only the last few of a batch can be shown, so no others are copied.
void live_model::remember(const committed_batch& batch) {
  auto& records = batch.drafts->records;
  std::vector<std::size_t> latest;
  for (auto i = records.size(); i > 0 && latest.size() < recent_kept; --i)
    if (records[i - 1].kind == record_kind::transition) latest.push_back(i - 1);
  for (auto i = latest.rbegin(); i != latest.rend(); ++i) recent_.push_front(transition_of(batch, *i));
  if (recent_.size() > recent_kept) recent_.resize(recent_kept);
}

screen_figures live_model::figures(utc_time now) const {
  screen_figures figures;
  for (auto& [name, of] : tenants_) {
    figures.tenants.push_back(name);
    figures.processed += of.processed;
    figures.valid += of.valid;
  }
  figures.gaps = gaps_;
  figures.out_of_order = out_of_order_;
  if (!latencies_.empty()) {
    auto sorted = latencies_;
    auto middle = sorted.begin() + static_cast<std::ptrdiff_t>((sorted.size() - 1) / 2);
    std::ranges::nth_element(sorted, middle);
    figures.median_latency_ms = *middle;
  }
  std::uint64_t events = 0;
  for (auto number = second_of(now) - rate_seconds; number < second_of(now); ++number)
    if (auto& slot = second_slot(seconds_, number); slot.number == number) events += slot.events;
  figures.per_second = static_cast<double>(events) / static_cast<double>(rate_seconds);
  for (auto& [name, agents] : states_)
    if (agents > 0) figures.agents.emplace_back(name, agents);
  std::ranges::stable_sort(
      figures.agents, [](auto& a, auto& b) { return a.second != b.second ? a.second > b.second : a.first < b.first; });
  figures.recent.assign(recent_.begin(), recent_.end());
  return figures;
}

} // namespace floorwalker
