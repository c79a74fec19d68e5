#include "runtime/client/watched_agent.hpp"

#include "messages/figures.hpp"
#include "messages/wire/json_members.hpp"
#include "messages/wire/timestamp.hpp"

#include <algorithm>

namespace floorwalker {
namespace {

std::optional<utc_time> time_of_member(const boost::json::object& object, std::string_view name) {
  auto parsed = wire::parse_timestamp(wire::text_of_member(object, name));
  return parsed ? std::optional{parsed->at} : std::nullopt;
}

bool flag_of_member(const boost::json::object& object, std::string_view name, bool otherwise) {
  const auto* value = wire::find_member(object, name);
  return value && value->is_bool() ? value->get_bool() : otherwise;
}

} // namespace

std::optional<watched_agent> read_watched_agent(const boost::json::object& status) {
  watched_agent agent;
  agent.id = wire::text_of_member(status, "agentId");
  if (agent.id.empty()) return std::nullopt;
  agent.name = wire::text_of_member(status, "name");
  agent.team = wire::text_of_member(status, "team");
  agent.state = wire::text_of_member(status, "state");
  agent.observed = wire::text_of_member(status, "observedState");
  agent.reason = wire::text_of_member(status, "reason");
  agent.tenant = wire::text_of_member(status, "tenantId");
  agent.since = time_of_member(status, "since");
  agent.last_updated = time_of_member(status, "lastUpdated");
  agent.verified = flag_of_member(status, "verified", false);
  agent.stale = flag_of_member(status, "stale", true);
  return agent;
}

const std::string& shown_name(const watched_agent& agent) { return agent.name.empty() ? agent.id : agent.name; }

const std::string& shown_state(const watched_agent& agent) {
  return agent.state.empty() ? agent.observed : agent.state;
}

std::optional<utc_time> in_state_from(const watched_agent& agent) {
  return agent.since ? agent.since : agent.last_updated;
}

std::string time_in_state_text(const watched_agent& agent, utc_time now) {
  auto from = in_state_from(agent);
  if (!from) return "-";
  auto seconds = std::chrono::floor<std::chrono::seconds>(std::max(now - *from, utc_time::duration{}));
  auto words = seconds.count() == 0 ? std::string{"0 s"} : duration_in_words(seconds);
  return agent.since ? words : "≥ " + words;
}

bool contradicts_platform(const watched_agent& agent) {
  return !agent.verified && !agent.observed.empty() && agent.observed != agent.state;
}

std::string remarks_on(const watched_agent& agent) {
  std::string remarks;
  if (agent.stale) remarks = "stale";
  if (contradicts_platform(agent)) {
    if (!remarks.empty()) remarks += ", ";
    remarks += "unverified: the platform says " + agent.observed;
  }
  return remarks;
}

} // namespace floorwalker
