#include "runtime/audit/known_states.hpp"

#include "messages/wire/json_members.hpp"
#include "messages/wire/timestamp.hpp"

#include <boost/json/parse.hpp>

#include <optional>

namespace floorwalker {
namespace {

std::optional<boost::json::object> object_in(std::string_view text) {
  boost::json::error_code error;
  auto value = boost::json::parse({text.data(), text.size()}, error);
  if (error || !value.is_object()) return std::nullopt;
  return std::move(value.as_object());
}

/// A stop that somebody wanted is no interruption of the service, though it is recorded as one.
bool by_choice(std::string_view cause) { return cause == "shutdown" || cause == "plan"; }

/// What the next process writes for one that ended without a word. That one's slots may have had other numbers.
constexpr std::string_view cause_of_a_crash = "crash";

} // namespace

void monitored_agents::take(record_kind kind, std::string_view entry) {
  if (kind != record_kind::monitoring_started && kind != record_kind::monitoring_interrupted) return;
  auto object = object_in(entry);
  if (!object) return;
  auto ids = wire::find_member(*object, "agentIds");
  auto slot_member = wire::find_member(*object, "slot");
  if (!ids || !ids->is_array()) return;
  boost::json::error_code error;
  auto slot = slot_member ? slot_member->to_number<std::uint32_t>(error) : 0;
  if (error) return;
  auto everywhere = wire::text_of_member(*object, "cause") == cause_of_a_crash;
  for (auto& id : ids->get_array()) {
    if (!id.is_string()) continue;
    std::string agent{wire::view(id.get_string())};
    if (kind == record_kind::monitoring_started)
      places_.emplace(slot, std::move(agent));
    else if (everywhere)
      std::erase_if(places_, [&](const place& at) { return at.second == agent; });
    else
      places_.erase({slot, agent});
  }
}

std::vector<std::string> monitored_agents::agent_ids() const {
  std::set<std::string> ids;
  for (auto& [slot, id] : places_) ids.insert(id);
  return {ids.begin(), ids.end()};
}

void apply_record(known_agents& agents, const std::string& tenant, const record_draft& record, std::string_view text) {
  if (!record.moved) return;
  auto transition = record.kind == record_kind::transition;
  if (!transition && record.kind != record_kind::state_reconciled) return;
  auto id = record.agent.in(text);
  auto key = agent_key(id);
  auto found = agents.find(key);
  if (found == agents.end()) {
    found = agents.emplace(std::move(key), agent_status{}).first;
    found->second.agent_id = id;
    found->second.tenant_id = tenant;
  }
  auto& agent = found->second;
  std::string current{record.current.in(text)};
  agent.stale = true;
  if (transition) {
    agent.reason = record.has_reason ? std::optional{std::string{record.reason.in(text)}} : std::nullopt;
    agent.verified = record.valid;
    if (record.valid) agent.state = current;
    if (auto at = wire::parse_timestamp(record.event_time.in(text))) agent.since = agent.last_updated = at->at;
  } else {
    // Such a record stands only where the listing changed something, and then the old reason is none of the new state.
    agent.reason.reset();
    agent.verified = true;
    agent.state = current;
    agent.since.reset();
    agent.last_updated = record.received_at;
  }
  agent.observed_state = std::move(current);
}

void count_record(system_metrics& counts, const record_draft& record, std::string_view entry) {
  switch (record.kind) {
  case record_kind::transition:
    counts.gaps += (record.flags & flag_gap) != 0 ? 1 : 0;
    counts.out_of_order += (record.flags & flag_out_of_order) != 0 ? 1 : 0;
    return;
  case record_kind::monitoring_started:
  case record_kind::monitoring_interrupted: {
    auto object = object_in(entry);
    auto cause = object ? wire::text_of_member(*object, "cause") : std::string_view{};
    auto counted = record.kind == record_kind::monitoring_started ? cause == "start" : !by_choice(cause);
    counts.interruptions += counted ? 1 : 0;
    return;
  }
  case record_kind::state_reconciled:
  case record_kind::configuration_changed:
    return;
  }
}

} // namespace floorwalker
