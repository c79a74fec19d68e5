#include "tests/simulation/told_by_trail.hpp"

#include "messages/wire/timestamp.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <stdexcept>

namespace floorwalker::simulation {
namespace {

std::string text(const boost::json::object& record, const char* member) {
  return std::string{record.at(member).as_string()};
}

utc_time instant(const boost::json::object& record, const char* member) {
  return wire::parse_timestamp(std::string_view{record.at(member).as_string()}).value().at;
}

bool flagged(const boost::json::object& record, std::string_view flag) {
  auto& flags = record.at("flags").as_array();
  return std::ranges::any_of(flags, [&](auto& each) { return std::string_view{each.as_string()} == flag; });
}

void transition(agent_status& row, const boost::json::object& record) {
  row.observed_state = text(record, "currentState");
  row.verified = record.at("valid").as_bool();
  if (row.verified) row.state = row.observed_state;
  if (auto& reason = record.at("reasonCode"); reason.is_string())
    row.reason = std::string{reason.as_string()};
  else
    row.reason.reset();
  row.since = row.last_updated = instant(record, "eventTimestamp");
}

void count(system_metrics& counts, const boost::json::object& record, const std::string& action) {
  if (action == "MONITORING_STARTED") counts.interruptions += text(record, "cause") == "start" ? 1 : 0;
  if (action == "MONITORING_INTERRUPTED") {
    auto cause = text(record, "cause");
    counts.interruptions += cause == "lost connection" || cause == "hand-over" || cause == "tracker failed" ? 1 : 0;
  }
  if (!record.contains("valid")) return;
  auto valid = record.at("valid").as_bool();
  ++counts.total_processed;
  counts.valid += valid ? 1 : 0;
  counts.unverified_transitions += valid ? 0 : 1;
  counts.gaps += flagged(record, "gap") ? 1 : 0;
  counts.out_of_order += flagged(record, "out-of-order") ? 1 : 0;
}

} // namespace

void told_by_trail::apply(std::string_view line, std::uint64_t sequence) {
  auto record = boost::json::parse(boost::json::string_view{line.data(), line.size()}).as_object();
  if (record.at("sequence").to_number<std::uint64_t>() != sequence) throw std::logic_error{"not the record asked for"};
  auto action = text(record, "auditAction");
  last_record = std::max(last_record, instant(record, "timestamp"));
  auto row_of = [&](const std::string& id) -> agent_status& {
    auto& row = agents[agent_key(id)];
    row.who = agent_identity::of(id);
    last_of_agent[agent_key(id)] = sequence;
    return row;
  };
  if (record.contains("valid")) {
    if (!flagged(record, "out-of-order")) transition(row_of(text(record, "agentId")), record);
  } else if (action == "STATE_RECONCILED") {
    auto& row = row_of(text(record, "agentId"));
    row.state = row.observed_state = text(record, "currentState");
    row.verified = true;
    row.reason.reset();
    row.since.reset();
    row.last_updated = instant(record, "timestamp");
  } else {
    auto started = action == "MONITORING_STARTED";
    auto left = !started && text(record, "cause") == "plan";
    for (auto& id : record.at("agentIds").as_array()) {
      auto& row = row_of(std::string{id.as_string()});
      row.watched = started;
      row.stale = true;
      if (left) agents.erase(agent_key(row.agent_id()));
    }
  }
  if (sequence <= counts.through_sequence) return;
  count(counts, record, action);
  counts.through_sequence = sequence;
}

} // namespace floorwalker::simulation
