#include "runtime/audit/snapshot_text.hpp"

#include "messages/json_text.hpp"
#include "runtime/audit/checksummed_text.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value_to.hpp>

#include <array>
#include <charconv>
#include <optional>
#include <stdexcept>
#include <utility>

namespace floorwalker {
namespace {

constexpr std::string_view kind = "floorwalker-snapshot";
constexpr std::uint32_t version = 1;

using count_member = std::pair<std::string_view, std::uint64_t system_metrics::*>;

/// Counts by name; levels and latencies are a process's own.
constexpr std::array<count_member, 11> count_members = {{
    {"totalProcessed", &system_metrics::total_processed},
    {"valid", &system_metrics::valid},
    {"unverifiedTransitions", &system_metrics::unverified_transitions},
    {"duplicates", &system_metrics::duplicates},
    {"handoverCopies", &system_metrics::handover_copies},
    {"outOfOrder", &system_metrics::out_of_order},
    {"gaps", &system_metrics::gaps},
    {"interruptions", &system_metrics::interruptions},
    {"malformed", &system_metrics::malformed},
    {"alerts", &system_metrics::alerts},
    {"throughSequence", &system_metrics::through_sequence},
}};

/// Writes members of an object; the first one opens it.
class member_writer {
public:
  explicit member_writer(std::string& out) : out_{out} {}

  std::string& name(std::string_view name) {
    out_ += first_ ? "{\"" : ",\"";
    first_ = false;
    out_ += name;
    out_ += "\":";
    return out_;
  }
  void number(std::string_view member, std::uint64_t value) { append_decimal(name(member), value); }
  void text(std::string_view member, std::string_view value) { append_json_string(name(member), value); }
  void text(std::string_view member, const std::optional<std::string>& value) {
    if (value) text(member, std::string_view{*value});
  }
  void time(std::string_view member, utc_time at) {
    append_decimal(name(member), std::int64_t{at.time_since_epoch().count()});
  }
  void time(std::string_view member, const std::optional<utc_time>& at) {
    if (at) time(member, *at);
  }

private:
  std::string& out_;
  bool first_ = true;
};

/// An agent's row, and where it is monitored.
constexpr std::size_t usual_agent_octets = 400;

void append(std::string& out, const agent_status& agent) {
  member_writer members{out};
  members.text("agentId", agent.agent_id());
  members.text("name", agent.name());
  members.text("team", agent.team());
  members.text("state", agent.state);
  members.text("observedState", agent.observed_state);
  members.text("reason", agent.reason);
  members.time("lastUpdated", agent.last_updated);
  members.time("since", agent.since);
  members.name("verified") += agent.verified ? "true" : "false";
  out += '}';
}

template <class Range, class Append>
void append_list(std::string& out, const Range& range, Append append_one) {
  auto separator = '[';
  for (auto& each : range) {
    out += separator;
    separator = ',';
    append_one(each);
  }
  out += separator == '[' ? "[]" : "]";
}

/// Reading throws for whatever is missing or of another type; parse_snapshot turns that into a problem.
class member_reader {
public:
  explicit member_reader(const boost::json::value& value) : object_{value.as_object()} {}

  const boost::json::value& at(std::string_view name) const { return object_.at({name.data(), name.size()}); }
  std::uint64_t number(std::string_view name) const { return at(name).to_number<std::uint64_t>(); }
  std::string text(std::string_view name) const { return boost::json::value_to<std::string>(at(name)); }
  utc_time time(std::string_view name) const {
    return utc_time{std::chrono::nanoseconds{at(name).to_number<std::int64_t>()}};
  }
  bool has(std::string_view name) const { return object_.contains({name.data(), name.size()}); }
  std::optional<std::string> text_if_any(std::string_view name) const {
    return has(name) ? std::optional{text(name)} : std::nullopt;
  }
  std::optional<utc_time> time_if_any(std::string_view name) const {
    return has(name) ? std::optional{time(name)} : std::nullopt;
  }

private:
  const boost::json::object& object_;
};

chain_value chain_of(std::string_view hex) {
  chain_value value;
  if (hex.size() != value.size() * 2) throw std::invalid_argument{"no chain value"};
  for (std::size_t i = 0; i < value.size(); ++i) {
    auto [end, error] = std::from_chars(hex.data() + 2 * i, hex.data() + 2 * i + 2, value[i], 16);
    if (error != std::errc{} || end != hex.data() + 2 * i + 2) throw std::invalid_argument{"no chain value"};
  }
  return value;
}

agent_status agent_of(const boost::json::value& value) {
  member_reader members{value};
  agent_status agent;
  agent.who = agent_identity::of(members.text("agentId"), members.text("name"), members.text("team"));
  agent.state = members.text_if_any("state");
  agent.observed_state = members.text_if_any("observedState");
  agent.reason = members.text_if_any("reason");
  agent.last_updated = members.time_if_any("lastUpdated");
  agent.since = members.time_if_any("since");
  agent.verified = members.at("verified").as_bool();
  agent.stale = true; // until it is watched again
  return agent;
}

system_metrics counts_of(const boost::json::value& value) {
  member_reader members{value};
  system_metrics counts;
  for (auto& [name, member] : count_members) counts.*member = members.number(name);
  auto& ignored = members.at("ignored").as_array();
  if (ignored.size() > counts.ignored.size()) throw std::invalid_argument{"too many counts"};
  for (std::size_t i = 0; i < ignored.size(); ++i) counts.ignored[i] = ignored[i].to_number<std::uint64_t>();
  return counts;
}

kept_snapshot snapshot_of(const boost::json::value& value) {
  member_reader members{value};
  kept_snapshot snapshot;
  snapshot.place.segment = members.text("segment");
  snapshot.place.offset = members.number("offset");
  snapshot.place.chain = chain_of(members.text("chain"));
  snapshot.place.position = {members.number("sequence"), members.number("validTotal"), members.number("total")};
  snapshot.place.last_record = members.time("lastRecord");
  snapshot.place.unsealed = members.at("unsealed").as_bool();
  snapshot.committed = members.number("committed");
  snapshot.counts = counts_of(members.at("counts"));
  auto tenant = members.text("tenantId");
  for (auto& each : members.at("agents").as_array()) {
    auto agent = agent_of(each);
    agent.tenant_id = tenant;
    snapshot.agents.insert_or_assign(agent_key(agent.agent_id()), std::move(agent));
  }
  for (auto& each : members.at("monitored").as_array()) {
    member_reader place{each};
    snapshot.monitored.add(static_cast<std::uint32_t>(place.number("slot")), place.text("agentId"));
  }
  return snapshot;
}

} // namespace

std::string to_text(const kept_snapshot& snapshot) {
  std::vector<const agent_status*> agents;
  agents.reserve(snapshot.agents.size());
  for (const auto& [key, agent] : snapshot.agents) agents.push_back(&agent);
  return to_text(snapshot, agents);
}

std::string to_text(const kept_snapshot& snapshot, const std::vector<const agent_status*>& agents) {
  std::string out;
  // Room that is made once: what a text leaves behind as it grows would stay with the process.
  out.reserve((1 + agents.size()) * usual_agent_octets);
  member_writer members{out};
  auto& place = snapshot.place;
  members.number("sequence", place.position.sequence);
  members.number("validTotal", place.position.valid_total);
  members.number("total", place.position.total);
  members.text("segment", std::string_view{place.segment});
  members.number("offset", place.offset);
  members.text("chain", std::string_view{to_hex(place.chain)});
  members.time("lastRecord", place.last_record);
  members.name("unsealed") += place.unsealed ? "true" : "false";
  members.number("committed", snapshot.committed);
  members.text("tenantId", std::string_view{agents.empty() ? "" : agents.front()->tenant_id});
  members.name("counts");
  member_writer counts{out};
  for (auto& [name, member] : count_members) counts.number(name, snapshot.counts.*member);
  append_list(counts.name("ignored"), snapshot.counts.ignored, [&](std::uint64_t n) { append_decimal(out, n); });
  out += '}';
  append_list(members.name("monitored"), snapshot.monitored.places(), [&](const auto& at) {
    member_writer each{out};
    each.number("slot", at.slot);
    each.text("agentId", at.agent_id);
    out += '}';
  });
  append_list(members.name("agents"), agents, [&](const agent_status* agent) {
    out += '\n';
    append(out, *agent);
  });
  out += "}\n";
  return checksummed(kind, version, std::move(out));
}

parsed_snapshot parse_snapshot(std::string_view text) {
  auto [body, problem] = parse_checksummed(kind, version, text);
  if (!problem.empty()) return {{}, std::move(problem)};
  try {
    return {snapshot_of(boost::json::parse({body.data(), body.size()})), {}};
  } catch (const std::exception& failure) { // Boost.JSON says it this way where types differ
    return {{}, std::string{"it does not hold what it should: "} + failure.what()};
  }
}

} // namespace floorwalker
