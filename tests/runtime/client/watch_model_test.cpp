#include "tests/runtime/client/watched_floor.hpp"

#include <boost/test/unit_test.hpp>

namespace {

using namespace floorwalker;
using namespace floorwalker::testing;

BOOST_AUTO_TEST_CASE(a_snapshot_is_all_that_is_known) {
  auto model = watched_floor();
  BOOST_TEST(model.has_snapshot());
  BOOST_TEST(model.tenant() == "acme");
  BOOST_TEST(model.condition() == "running");
  BOOST_TEST(model.agents().size() == 3u);
  BOOST_TEST(model.agents().at("id-1").state == "busy");
  BOOST_TEST(model.figures().processed == 2400u);
  BOOST_TEST(model.figures().accuracy_percent.value() == 99.5);
  BOOST_TEST(model.figures().listeners == 5u);
  BOOST_TEST(model.firing_alerts().size() == 1u);
  model.take({"2-1", "snapshot", R"({"tenant":"acme","agents":[]})"}, noon);
  BOOST_TEST(model.agents().empty());
  BOOST_TEST(model.firing_alerts().empty());
}

BOOST_AUTO_TEST_CASE(times_are_told_by_the_nodes_clock) {
  auto model = watched_floor();
  BOOST_TEST((model.node_time(noon - std::chrono::seconds{10}) == noon));
  model.take({"", "metrics", R"({"serverTime":"2026-11-23T12:00:05.000Z","condition":"degraded"})"}, noon);
  BOOST_TEST((model.node_time(noon) == noon + std::chrono::seconds{5}));
  BOOST_TEST(model.condition() == "degraded");
}

BOOST_AUTO_TEST_CASE(rows_change_with_transitions_and_without) {
  auto model = watched_floor();
  model.take({"", "transition", R"({"sequence":6,"agent":)" + agent_json("id-1", "Zoe", "wrap-up", "12:00:01") + "}"},
             noon);
  BOOST_TEST(model.agents().at("id-1").state == "wrap-up");
  model.take({"", "agent", R"({"agent":)" + agent_json("id-9", "Max", "busy", "12:00:02") + "}"}, noon);
  BOOST_TEST(model.agents().size() == 4u);
  model.take({"", "agent", R"({"gone":"id-9"})"}, noon);
  BOOST_TEST(model.agents().size() == 3u);
}

BOOST_AUTO_TEST_CASE(an_alert_is_shown_while_it_fires_and_nobody_silenced_it) {
  struct row {
    const char* sentence;
    const char* alert;
    std::size_t firing;
  };
  const row rows[] = {
      {"another one", R"({"id":"a2","state":"firing","sentence":"Late.","silenced":false})", 2},
      {"the same again", R"({"id":"a1","state":"firing","sentence":"Accuracy is 80 %.","silenced":false})", 1},
      {"resolved", R"({"id":"a1","state":"resolved","sentence":"Over.","silenced":false})", 0},
      {"silenced", R"({"id":"a1","state":"firing","sentence":"Accuracy.","silenced":true})", 0},
      {"only pending", R"({"id":"a2","state":"pending","sentence":"Perhaps.","silenced":false})", 1}};
  for (const auto& [sentence, alert, firing] : rows) BOOST_TEST_CONTEXT(sentence) {
      auto model = watched_floor();
      model.take({"", "alert", fmt::format(R"({{"alert":{}}})", alert)}, noon);
      BOOST_TEST(model.firing_alerts().size() == firing);
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_event_of_ours_changes_nothing) {
  auto model = watched_floor();
  for (auto* data : {"", "[]", "null", "{", R"({"agent":7})", R"({"agent":{}})", R"({"gone":7})", R"({"alert":[]})",
                     R"({"agents":{}})", "\xff"})
    for (auto* name : {"transition", "agent", "alert", "conflated", "weather"}) model.take({"", name, data}, noon);
  BOOST_TEST(model.agents().size() == 3u);
  BOOST_TEST(model.firing_alerts().size() == 1u);
}

BOOST_AUTO_TEST_CASE(time_in_state_is_a_lower_bound_where_nobody_saw_its_beginning) {
  watched_agent agent;
  BOOST_TEST(time_in_state_text(agent, noon) == "-");
  agent.last_updated = noon - std::chrono::minutes{2};
  BOOST_TEST(time_in_state_text(agent, noon).starts_with("≥ 2 min"));
  agent.since = noon - std::chrono::seconds{42};
  BOOST_TEST(time_in_state_text(agent, noon) == "42 s");
  agent.since = noon + std::chrono::seconds{1};
  BOOST_TEST(time_in_state_text(agent, noon) == "0 s");
}

BOOST_AUTO_TEST_CASE(remarks_tell_what_colours_tell) {
  struct row {
    const char* state;
    const char* observed;
    bool verified;
    bool stale;
    const char* remarks;
  };
  const row rows[] = {{"busy", "busy", true, false, ""},
                      {"busy", "busy", true, true, "stale"},
                      {"busy", "break", false, false, "unverified: the platform says break"},
                      {"busy", "break", false, true, "stale, unverified: the platform says break"},
                      {"", "", false, true, "stale"}};
  for (const auto& [state, observed, verified, stale, remarks] : rows) {
    watched_agent agent;
    agent.state = state;
    agent.observed = observed;
    agent.verified = verified;
    agent.stale = stale;
    BOOST_TEST(remarks_on(agent) == remarks);
  }
}

} // namespace
