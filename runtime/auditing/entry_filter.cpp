#include "runtime/auditing/entry_filter.hpp"

#include "messages/agents.hpp"
#include "messages/wire/audit_line.hpp"
#include "messages/wire/json_members.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <utility>

namespace floorwalker {

read_entry entry_reader::read(std::string_view line) {
  batch_.text.clear();
  batch_.records.clear();
  auto parsed = wire::append_audit_line(batch_, line);
  if (!parsed.problem.empty()) return {line, nullptr, {}, std::move(parsed.problem)};
  return {line, &batch_.records.front(), batch_.text, {}};
}

entry_filter::entry_filter(const std::optional<std::string>& agent, std::optional<bool> valid) : valid_{valid} {
  if (agent) agent_ = agent_key(*agent);
}

bool entry_filter::may_pass(std::string_view line) const {
  if (!agent_ && !valid_) return true;
  auto seen = wire::glance_at_transition(line);
  if (!seen) return true;
  if (valid_ && seen->valid != *valid_) return false;
  return !agent_ || seen->agent.escaped ||
         (seen->agent.size == agent_->size() && agent_key(seen->agent.raw()) == *agent_);
}

bool entry_filter::passes(const read_entry& entry) const {
  if (!entry.record) return !agent_ && !valid_;
  auto is_transition = entry.record->kind == record_kind::transition;
  if (valid_ && (!is_transition || entry.record->valid != *valid_)) return false;
  if (!agent_) return true;
  if (is_transition || entry.record->kind == record_kind::state_reconciled)
    return agent_key(entry.in(entry.record->agent)) == *agent_;
  return names_agent(entry.line, *agent_);
}

bool names_agent(std::string_view line, std::string_view agent) {
  boost::json::error_code error;
  auto parsed = boost::json::parse({line.data(), line.size()}, error);
  if (error || !parsed.is_object()) return false;
  auto ids = wire::find_member(parsed.get_object(), "agentIds");
  if (!ids || !ids->is_array()) return false;
  return std::ranges::any_of(ids->get_array(), [&](const boost::json::value& id) {
    return id.is_string() && agent_key(wire::view(id.get_string())) == agent;
  });
}

} // namespace floorwalker
