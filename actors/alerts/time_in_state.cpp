#include "actors/alerts/time_in_state.hpp"

#include "actors/alerts/length_in_words.hpp"
#include "actors/audit/known_states.hpp"
#include "messages/json_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace floorwalker {
namespace {

constexpr std::string_view kind_of_alert = "time-in-state";

alert_labels labels_of(const std::string& id, const std::string& state, const std::optional<std::string>& reason) {
  alert_labels labels{{"agentId", id}, {"state", state}};
  if (reason) labels.emplace("reason", *reason);
  return labels;
}

} // namespace

time_in_state::time_in_state(std::string tenant, std::vector<state_limit> limits)
    : tenant_{std::move(tenant)}, limits_{std::move(limits)} {}

const state_limit* time_in_state::limit_of(std::string_view state, const std::optional<std::string>& reason) const {
  const state_limit* any_reason = nullptr;
  for (const auto& limit : limits_) {
    if (limit.state != state) continue;
    if (!limit.reason)
      any_reason = &limit;
    else if (limit.reason == reason)
      return &limit;
  }
  return any_reason;
}

void time_in_state::begin_with(const known_agents& known) {
  for (const auto& [key, agent] : known) {
    auto since = agent.since ? agent.since : agent.last_updated;
    if (!agent.observed_state || !since) continue;
    const auto* limit = limit_of(*agent.observed_state, agent.reason);
    if (limit)
      agents_.insert_or_assign(key,
                               stay{std::string{agent.agent_id()}, *agent.observed_state, agent.reason, limit, *since});
  }
}

void time_in_state::adopt(std::vector<state_limit> limits, const known_agents& known, utc_time at, alert_book& book) {
  auto before = std::exchange(agents_, {});
  due_.clear();
  limits_ = std::move(limits);
  for (auto& [key, of] : before) {
    const auto* limit = limit_of(of.state, of.reason);
    auto over = limit && of.since + limit->longest <= at;
    if (of.said && !over) book.ends(kind_of_alert, labels_of(of.id, of.state, of.reason), at);
    if (!limit) continue;
    auto counts = of.due || of.said;
    auto& kept = agents_[key];
    kept = {of.id, of.state, of.reason, limit, of.since};
    kept.said = of.said && over && book.holds(condition_of(kept, at), at); // with the new limit in its sentence
    if (counts && !kept.said) expect(kept, of.since + limit->longest);
  }
  for (const auto& [key, agent] : known) {
    auto since = agent.since ? agent.since : agent.last_updated;
    if (!agent.watched || !agent.observed_state || !since || agents_.contains(key)) continue;
    const auto* limit = limit_of(*agent.observed_state, agent.reason);
    if (!limit) continue;
    auto& fresh = agents_[key];
    fresh = {std::string{agent.agent_id()}, *agent.observed_state, agent.reason, limit, *since};
    expect(fresh, *since + limit->longest);
  }
}

void time_in_state::apply(const committed_batch& batch, alert_book& book) {
  std::string_view text = batch.drafts->text;
  for (std::size_t i = 0; i < batch.positions.size(); ++i) {
    const auto& record = batch.drafts->records[i];
    switch (record.kind) {
    case record_kind::transition:
    case record_kind::state_reconciled:
      if (record.moved && !limits_.empty()) move(record, text, book);
      break;
    case record_kind::monitoring_started:
    case record_kind::monitoring_interrupted:
      apply_monitoring(record.kind, batch.positions[i].line.in(batch.lines), record.received_at, book);
      break;
    case record_kind::configuration_changed:
    case record_kind::checkpoint_signed:
      break;
    }
  }
}

void time_in_state::move(const record_draft& record, std::string_view text, alert_book& book) {
  auto key = agent_key(record.agent.in(text));
  if (auto before = agents_.find(key); before != agents_.end()) remove(before, record.received_at, book);
  std::optional<std::string> reason;
  if (record.has_reason) reason = record.reason.in(text);
  const auto* limit = limit_of(record.current.in(text), reason);
  if (!limit) return;
  auto since = record.received_at;
  if (record.kind == record_kind::transition) since -= std::chrono::milliseconds{record.latency_ms};
  auto& fresh = agents_[std::move(key)];
  fresh = {std::string{record.agent.in(text)}, limit->state, std::move(reason), limit, since};
  expect(fresh, since + limit->longest);
}

void time_in_state::apply_monitoring(record_kind kind, std::string_view entry, utc_time at, alert_book& book) {
  auto left = monitored_.take(kind, entry);
  for (const auto& id : named_agents(entry)) {
    auto found = agents_.find(agent_key(id));
    if (found == agents_.end() || found->second.said) continue;
    auto& of = found->second;
    forget_due(of);
    if (kind == record_kind::monitoring_started) expect(of, std::max(of.since + of.limit->longest, at + listing_grace));
  }
  for (const auto& key : left) {
    auto found = agents_.find(key);
    if (found == agents_.end()) continue;
    // An agent that moved to another listener was started there before.
    if (!monitored_.contains(key))
      remove(found, at, book);
    else if (!found->second.said)
      expect(found->second, std::max(found->second.since + found->second.limit->longest, at + listing_grace));
  }
}

void time_in_state::advance(utc_time at, alert_book& book) {
  while (!due_.empty() && due_.begin()->first <= at) {
    auto& of = *due_.begin()->second;
    forget_due(of);
    of.said = book.holds(condition_of(of, at), at);
    if (!of.said) expect(of, at + retry_interval);
  }
}

alert_condition time_in_state::condition_of(const stay& of, utc_time at) const {
  std::string agent;
  append_json_string(agent, of.id);
  std::string state;
  append_json_string(state, of.state);
  if (of.reason) {
    state += " (reason ";
    append_json_string(state, *of.reason);
    state += ')';
  }
  return {std::string{kind_of_alert}, labels_of(of.id, of.state, of.reason),
          static_cast<double>(std::chrono::floor<std::chrono::seconds>(at - of.since).count()),
          fmt::format("agent {} of tenant {} has been in {} for more than {}", agent, tenant_, state,
                      length_in_words(of.limit->longest)),
          "ask the agent or the team's lead; if the agent is in another state, the platform has left out an event"};
}

void time_in_state::expect(stay& of, utc_time due) {
  of.due = due;
  due_.emplace(due, &of);
}

void time_in_state::forget_due(stay& of) {
  if (of.due) due_.erase({*of.due, &of});
  of.due.reset();
}

void time_in_state::remove(table::iterator at, utc_time time, alert_book& book) {
  auto& of = at->second;
  forget_due(of);
  if (of.said) book.ends(kind_of_alert, labels_of(of.id, of.state, of.reason), time);
  agents_.erase(at);
}

} // namespace floorwalker
