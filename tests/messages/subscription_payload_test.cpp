#include "messages/wire/subscription_payload.hpp"

#include <boost/test/unit_test.hpp>

#include <functional>
#include <limits>

namespace {

using namespace floorwalker;
using namespace floorwalker::wire;
using lines = std::vector<std::string>;

std::string numbered_id(int number) {
  auto digits = std::to_string(number);
  return "550e8400-e29b-41d4-a716-" + std::string(12 - digits.size(), '0') + digits;
}

subscription documented() {
  return {{"agent.state.change"}, {"550e8400-e29b-41d4-a716-446655440000"}, default_state_matrix(), 2500, 5};
}

} // namespace

BOOST_AUTO_TEST_SUITE(subscriptions)

BOOST_AUTO_TEST_CASE(the_documented_subscription_is_written_as_documented) {
  BOOST_TEST(validate(documented()).empty());
  BOOST_TEST(to_json(documented()) == R"({"action":"subscribe","events":["agent.state.change"],)"
                                      R"("filters":{"agentIds":["550e8400-e29b-41d4-a716-446655440000"],)"
                                      R"("stateMatrix":{"available":["busy","wrap-up","break"],"break":["available"],)"
                                      R"("busy":["wrap-up","available"],"wrap-up":["available","break"]},)"
                                      R"("alertThresholds":{"maxLatencyMs":2500,"maxUnverifiedTransitions":5}}})");
}

BOOST_AUTO_TEST_CASE(latencies_are_written_without_needless_decimals) {
  struct row {
    double latency_ms;
    std::string_view text;
  };
  for (auto [latency_ms, text] :
       {row{1, "1"}, {100'000, "100000"}, {0.5, "0.5"}, {0.000001, "0.000001"}, {2500.25, "2500.25"}}) {
    auto wanted = documented();
    wanted.max_latency_ms = latency_ms;
    BOOST_TEST(to_json(wanted).find("\"maxLatencyMs\":" + std::string{text} + ",") != std::string::npos, text);
  }
}

BOOST_AUTO_TEST_CASE(states_of_any_text_are_escaped) {
  auto wanted = documented();
  wanted.transitions = {{"After \"Call\"", {"a\\b\n"}}, {"a\\b\n", {}}};
  BOOST_TEST(validate(wanted).empty());
  BOOST_TEST(to_json(wanted).find(R"("stateMatrix":{"After \"Call\"":["a\\b\n"],"a\\b\n":[]})") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(each_rule_names_its_field) {
  struct row {
    const char* sentence;
    std::function<void(subscription&)> change;
    lines problems;
  };
  const row rows[] = {
      {"no events", [](auto& s) { s.events.clear(); }, {"events: expected one or more event types, found none"}},
      {"an event that is not documented",
       [](auto& s) {
         s.events = {"agent.state.change", "call\n"};
       },
       {R"(events[1]: expected "agent.state.change", found "call\x0a")"}},
      {"no agents", [](auto& s) { s.agent_ids.clear(); }, {"filters.agentIds: expected 1 to 50 ids, found 0"}},
      {"50 agents",
       [](auto& s) {
         s.agent_ids.clear();
         for (int i = 0; i < 50; ++i) s.agent_ids.push_back(numbered_id(i));
       },
       {}},
      {"51 agents",
       [](auto& s) {
         s.agent_ids.clear();
         for (int i = 0; i < 51; ++i) s.agent_ids.push_back(numbered_id(i));
       },
       {"filters.agentIds: expected 1 to 50 ids, found 51"}},
      {"an id of another form",
       [](auto& s) { s.agent_ids.push_back("agent-7"); },
       {R"(filters.agentIds[1]: expected hexadecimal digits in the form 8-4-4-4-12, found "agent-7")"}},
      {"an id twice, in capitals",
       [](auto& s) {
         s.agent_ids = {numbered_id(1), numbered_id(2), "550E8400-E29B-41D4-A716-000000000001"};
       },
       {R"(filters.agentIds[2]: expected every id once, found "550E8400-E29B-41D4-A716-000000000001" again, as in agentIds[0])"}},
      {"an empty matrix",
       [](auto& s) { s.transitions.clear(); },
       {"filters.stateMatrix: expected one or more states, found none"}},
      {"targets that are no keys",
       [](auto& s) {
         s.transitions = {{"busy", {"lunch", "busy", "gone"}}};
       },
       {R"(filters.stateMatrix.busy[0]: expected a state that is a key of the matrix, found "lunch")",
        R"(filters.stateMatrix.busy[2]: expected a state that is a key of the matrix, found "gone")"}},
      {"a state without targets is allowed",
       [](auto& s) {
         s.transitions = {{"busy", {}}};
       },
       {}},
      {"a latency of zero",
       [](auto& s) { s.max_latency_ms = 0; },
       {"filters.alertThresholds.maxLatencyMs: expected a number above 0, found 0"}},
      {"a negative latency",
       [](auto& s) { s.max_latency_ms = -1.5; },
       {"filters.alertThresholds.maxLatencyMs: expected a number above 0, found -1.5"}},
      {"a latency that is no number",
       [](auto& s) { s.max_latency_ms = std::numeric_limits<double>::quiet_NaN(); },
       {"filters.alertThresholds.maxLatencyMs: expected a number above 0, found nan"}},
      {"an infinite latency",
       [](auto& s) { s.max_latency_ms = std::numeric_limits<double>::infinity(); },
       {"filters.alertThresholds.maxLatencyMs: expected a number above 0, found inf"}},
      {"no unverified transitions",
       [](auto& s) { s.max_unverified_transitions = 0; },
       {"filters.alertThresholds.maxUnverifiedTransitions: expected an integer above 0, found 0"}},
  };
  for (const auto& each : rows) BOOST_TEST_CONTEXT(each.sentence) {
      auto wanted = documented();
      each.change(wanted);
      BOOST_TEST(validate(wanted) == each.problems, boost::test_tools::per_element());
    }
}

BOOST_AUTO_TEST_CASE(all_violations_are_told_at_once) {
  BOOST_TEST(validate(subscription{}) == (lines{
                                             "events: expected one or more event types, found none",
                                             "filters.agentIds: expected 1 to 50 ids, found 0",
                                             "filters.stateMatrix: expected one or more states, found none",
                                             "filters.alertThresholds.maxLatencyMs: expected a number above 0, found 0",
                                             "filters.alertThresholds.maxUnverifiedTransitions: expected an integer "
                                             "above 0, found 0",
                                         }),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
