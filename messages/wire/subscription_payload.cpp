#include "messages/wire/subscription_payload.hpp"

#include "messages/agents.hpp"
#include "messages/json_text.hpp"
#include "messages/wire/printable_sample.hpp"
#include "messages/wire/users_listing.hpp"

#include <fmt/format.h>

#include <cmath>
#include <map>
#include <string_view>

namespace floorwalker::wire {
namespace {

constexpr std::string_view documented_event = "agent.state.change";

using violations = std::vector<std::string>;

void check_events(const std::vector<std::string>& events, violations& found) {
  if (events.empty()) found.emplace_back("events: expected one or more event types, found none");
  for (std::size_t i = 0; i < events.size(); ++i)
    if (events[i] != documented_event)
      found.push_back(
          fmt::format("events[{}]: expected \"{}\", found \"{}\"", i, documented_event, printable_sample(events[i])));
}

void check_agent_ids(const std::vector<std::string>& ids, violations& found) {
  if (ids.empty() || ids.size() > agents_per_subscription_max)
    found.push_back(
        fmt::format("filters.agentIds: expected 1 to {} ids, found {}", agents_per_subscription_max, ids.size()));
  std::map<std::string, std::size_t> first_places;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (!is_agent_id(ids[i])) {
      found.push_back(
          fmt::format("filters.agentIds[{}]: expected hexadecimal digits in the form 8-4-4-4-12, found \"{}\"", i,
                      printable_sample(ids[i])));
      continue;
    }
    auto [first, is_new] = first_places.emplace(agent_key(ids[i]), i);
    if (!is_new)
      found.push_back(
          fmt::format("filters.agentIds[{}]: expected every id once, found \"{}\" again, as in agentIds[{}]", i, ids[i],
                      first->second));
  }
}

void check_transitions(const state_matrix& transitions, violations& found) {
  if (transitions.empty()) found.emplace_back("filters.stateMatrix: expected one or more states, found none");
  for (const auto& [from, targets] : transitions)
    for (std::size_t i = 0; i < targets.size(); ++i)
      if (!transitions.contains(targets[i]))
        found.push_back(
            fmt::format("filters.stateMatrix.{}[{}]: expected a state that is a key of the matrix, found \"{}\"",
                        printable_sample(from), i, printable_sample(targets[i])));
}

void append_list(std::string& out, const std::vector<std::string>& texts) {
  out += '[';
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (i > 0) out += ',';
    append_json_string(out, texts[i]);
  }
  out += ']';
}

} // namespace

std::vector<std::string> validate(const subscription& wanted) {
  violations found;
  check_events(wanted.events, found);
  check_agent_ids(wanted.agent_ids, found);
  check_transitions(wanted.transitions, found);
  if (!(wanted.max_latency_ms > 0) || std::isinf(wanted.max_latency_ms))
    found.push_back(fmt::format("filters.alertThresholds.maxLatencyMs: expected a number above 0, found {}",
                                wanted.max_latency_ms));
  if (wanted.max_unverified_transitions <= 0)
    found.push_back(
        fmt::format("filters.alertThresholds.maxUnverifiedTransitions: expected an integer above 0, found {}",
                    wanted.max_unverified_transitions));
  return found;
}

std::string to_json(const subscription& wanted) {
  std::string out = R"({"action":"subscribe","events":)";
  append_list(out, wanted.events);
  out += R"(,"filters":{"agentIds":)";
  append_list(out, wanted.agent_ids);
  out += R"(,"stateMatrix":{)";
  bool first = true;
  for (const auto& [from, targets] : wanted.transitions) {
    if (!first) out += ',';
    first = false;
    append_json_string(out, from);
    out += ':';
    append_list(out, targets);
  }
  out += R"(},"alertThresholds":{"maxLatencyMs":)";
  // Settings are in nanoseconds, so six decimals say all of it.
  append_number(out, wanted.max_latency_ms, 6);
  out += R"(,"maxUnverifiedTransitions":)";
  append_decimal(out, wanted.max_unverified_transitions);
  out += "}}}";
  return out;
}

} // namespace floorwalker::wire
