#include "actors/audit/known_states.hpp"

#include "messages/monitoring_causes.hpp"
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

} // namespace

std::vector<std::string> named_agents(std::string_view entry) {
  std::vector<std::string> named;
  auto object = object_in(entry);
  auto ids = object ? wire::find_member(*object, "agentIds") : nullptr;
  if (!ids || !ids->is_array()) return named;
  for (auto& each : ids->get_array())
    if (each.is_string()) named.emplace_back(wire::view(each.get_string()));
  return named;
}

bool move_agent(agent_status& agent, const record_draft& record, std::string_view text) {
  if (!record.moved) return false;
  std::string current{record.current.in(text)};
  if (record.kind == record_kind::transition) {
    agent.reason = record.has_reason ? std::optional{std::string{record.reason.in(text)}} : std::nullopt;
    agent.verified = record.valid;
    if (record.valid) agent.state = current;
    if (auto at = wire::parse_timestamp(record.event_time.in(text))) agent.since = agent.last_updated = at->at;
  } else if (record.kind == record_kind::state_reconciled) {
    // Such a record stands only where the listing changed something, and then the old reason is none of the new state.
    agent.reason.reset();
    agent.verified = true;
    agent.state = current;
    agent.since.reset();
    agent.last_updated = record.received_at;
  } else {
    return false;
  }
  agent.observed_state = std::move(current);
  return true;
}

void apply_record(known_agents& agents, const std::string& tenant, const record_draft& record, std::string_view text) {
  auto of_agent = record.kind == record_kind::transition || record.kind == record_kind::state_reconciled;
  if (!record.moved || !of_agent) return;
  auto id = record.agent.in(text);
  auto key = agent_key(id);
  auto found = agents.find(key);
  if (found == agents.end()) {
    found = agents.emplace(std::move(key), agent_status{}).first;
    found->second.who = agent_identity::of(id);
    found->second.tenant_id = tenant;
  }
  found->second.stale = true;
  move_agent(found->second, record, text);
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
    auto counted = object && monitoring_causes::counted(wire::text_of_member(*object, "cause"));
    counts.interruptions += counted ? 1 : 0;
    return;
  }
  case record_kind::state_reconciled:
  case record_kind::configuration_changed:
  case record_kind::checkpoint_signed:
    return;
  }
}

} // namespace floorwalker
