#include "actors/alerts/time_in_state.hpp"

#include "tests/actors/record_samples.hpp"

#include <boost/test/unit_test.hpp>

#include <fmt/format.h>

#include <string>
#include <vector>

namespace floorwalker {
namespace {

using namespace std::chrono_literals;
using testing::committed;
using testing::opening;
using testing::sample;
using texts = std::vector<std::string>;

/// Breaks may last 30 min, but 45 for lunch; wrap-up 5 min.
struct watched_floor {
  time_in_state stays{"acme", {{"break", {}, 30min}, {"break", "lunch", 45min}, {"wrap-up", {}, 5min}}};
  alert_book book;

  void commit(std::vector<sample> samples) { stays.apply(*committed(samples), book); }

  void monitor(bool started, const std::string& agent, std::chrono::nanoseconds at, const std::string& cause = "start",
               int slot = 0) {
    auto kind = started ? record_kind::monitoring_started : record_kind::monitoring_interrupted;
    auto entry = fmt::format(R"({{"cause":"{}","slot":{},"agentIds":["{}"]}})", cause, slot, agent);
    stays.apply_monitoring(kind, entry, opening + at, book);
  }

  /// "<agent> <state of the alert>" of what changed up to then.
  texts at(std::chrono::nanoseconds time) {
    stays.advance(opening + time, book);
    texts changed;
    for (const auto& change : book.take_changes())
      changed.push_back(change.alert.labels.at("agentId") + ' ' + std::string{to_text(change.alert.state)});
    return changed;
  }
};

struct stay {
  const char* sentence;
  sample move;
  std::optional<std::chrono::seconds> fires_after; ///< receipt
};

const stay moves[] = {
    {"a break fires when it is over its limit", {.current = "break", .latency_ms = 0}, 1800s},
    {"time counts from the event, not from its receipt", {.current = "break", .latency_ms = 60'000}, 1740s},
    {"a reason of its own limit has that limit", {.current = "break", .latency_ms = 0, .reason = "lunch"}, 2700s},
    {"another reason has the state's limit", {.current = "break", .latency_ms = 0, .reason = "Lunch"}, 1800s},
    {"an unauthorized move counts too", {.current = "break", .valid = false, .latency_ms = 0}, 1800s},
    {"a listing's state counts from its receipt",
     {.current = "break", .latency_ms = 0, .kind = record_kind::state_reconciled},
     1800s},
    {"a state without a limit never fires", {.current = "busy"}, {}},
    {"what came out of order moves nothing", {.current = "break", .flags = flag_out_of_order}, {}},
};

} // namespace

BOOST_AUTO_TEST_SUITE(state_limits)

BOOST_AUTO_TEST_CASE(an_agent_that_stays_for_longer_than_its_limit_is_an_alert) {
  for (const auto& one : moves) BOOST_TEST_CONTEXT(one.sentence) {
      watched_floor floor;
      floor.commit({one.move});
      BOOST_TEST(floor.at(one.fires_after.value_or(9999s) - 1s).empty());
      auto changed = floor.at(one.fires_after.value_or(9999s));
      BOOST_TEST(changed.size() == (one.fires_after ? 1u : 0u));
    }
}

BOOST_AUTO_TEST_CASE(the_alert_names_agent_state_and_reason) {
  watched_floor floor;
  floor.commit({{.agent = "A-7", .current = "break", .latency_ms = 0, .reason = "lunch"}});
  floor.stays.advance(opening + 45min, floor.book);
  auto alert = floor.book.standing().at(0);
  BOOST_TEST(alert.kind == "time-in-state");
  BOOST_TEST((alert.labels == alert_labels{{"agentId", "A-7"}, {"state", "break"}, {"reason", "lunch"}}));
  BOOST_TEST(alert.value.value() == 2700.0);
  BOOST_TEST(alert.sentence ==
             R"(agent "A-7" of tenant acme has been in "break" (reason "lunch") for more than 45 min)");
}

BOOST_AUTO_TEST_CASE(it_resolves_when_the_agent_moves_and_the_next_stay_counts_anew) {
  watched_floor floor;
  floor.commit({{.current = "wrap-up", .latency_ms = 0}});
  BOOST_TEST(floor.at(5min) == texts{"a-1 firing"}, boost::test_tools::per_element());
  floor.commit({{.current = "break", .latency_ms = 0, .received_at = opening + 6min}});
  BOOST_TEST(floor.at(7min) == texts{"a-1 resolved"}, boost::test_tools::per_element());
  BOOST_TEST(floor.at(35min).empty());
  BOOST_TEST(floor.at(36min) == texts{"a-1 firing"}, boost::test_tools::per_element());
  floor.commit({{.current = "busy", .received_at = opening + 37min}});
  BOOST_TEST(floor.stays.size() == 0u);
}

BOOST_AUTO_TEST_CASE(a_move_in_time_is_no_alert) {
  watched_floor floor;
  floor.commit({{.current = "wrap-up", .latency_ms = 0}, {.current = "available", .received_at = opening + 4min}});
  BOOST_TEST(floor.at(24h).empty());
}

BOOST_AUTO_TEST_CASE(nothing_fires_of_an_agent_that_is_not_monitored) {
  watched_floor floor;
  floor.monitor(true, "a-1", 0s);
  floor.commit({{.current = "break", .latency_ms = 0}});
  floor.monitor(false, "a-1", 10min, "lost connection");
  BOOST_TEST(floor.at(40min).empty());
  floor.monitor(true, "a-1", 40min, "reconnect");
  BOOST_TEST(floor.at(40min + 29s).empty()); // the listing may still say that it moved
  BOOST_TEST(floor.at(40min + 30s) == texts{"a-1 firing"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_fires_goes_on_while_the_connection_is_lost) {
  watched_floor floor;
  floor.monitor(true, "a-1", 0s);
  floor.commit({{.current = "break", .latency_ms = 0}});
  BOOST_TEST(floor.at(30min).size() == 1u);
  floor.monitor(false, "a-1", 31min, "lost connection");
  floor.monitor(true, "a-1", 32min, "reconnect");
  BOOST_TEST(floor.at(60min).empty());
}

BOOST_AUTO_TEST_CASE(an_agent_that_is_no_longer_to_be_watched_is_forgotten) {
  watched_floor floor;
  floor.monitor(true, "a-1", 0s);
  floor.commit({{.current = "break", .latency_ms = 0}});
  BOOST_TEST(floor.at(30min).size() == 1u);
  floor.monitor(false, "a-1", 31min, "plan");
  BOOST_TEST(floor.at(31min) == texts{"a-1 resolved"}, boost::test_tools::per_element());
  BOOST_TEST(floor.stays.size() == 0u);
}

BOOST_AUTO_TEST_CASE(an_agent_that_moves_to_another_listener_goes_on) {
  watched_floor floor;
  floor.monitor(true, "a-1", 0s, "start", 0);
  floor.commit({{.current = "break", .latency_ms = 0}});
  floor.monitor(true, "a-1", 10min, "start", 1);
  floor.monitor(false, "a-1", 10min, "plan", 0);
  BOOST_TEST(floor.at(30min) == texts{"a-1 firing"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_an_earlier_run_knew_counts_when_the_agent_is_monitored_again) {
  known_agents known;
  auto& agent = known["a-1"];
  agent.who = agent_identity::of("A-1");
  agent.observed_state = "break";
  agent.since = opening - 20min;
  watched_floor floor;
  floor.stays.begin_with(known);
  BOOST_TEST(floor.at(15min).empty());
  floor.monitor(true, "A-1", 15min);
  BOOST_TEST(floor.at(15min + 30s) == texts{"A-1 firing"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(whoever_finds_no_room_is_tried_again) {
  watched_floor floor;
  std::vector<sample> all;
  for (std::size_t i = 0; i <= alert_book::kind_max; ++i)
    all.push_back({.agent = fmt::format("a-{}", i), .current = "break", .latency_ms = 0});
  floor.commit(all);
  BOOST_TEST(floor.at(30min).size() == alert_book::kind_max);
  BOOST_TEST(floor.at(31min).empty());
  floor.commit({{.agent = floor.book.standing()[0].labels["agentId"], .current = "busy"}});
  BOOST_TEST(floor.at(32min).size() == 2u); // one is over, and one fires in its place
}

BOOST_AUTO_TEST_CASE(new_limits_count_for_agents_that_are_there_already) {
  watched_floor floor;
  for (auto agent : {"a", "b", "c"}) floor.monitor(true, agent, 0s);
  floor.commit(
      {{.agent = "a", .current = "break", .latency_ms = 0}, {.agent = "b", .current = "wrap-up", .latency_ms = 0}});
  BOOST_TEST(floor.at(6min) == texts{"b firing"}, boost::test_tools::per_element());
  // Of c it was not followed until now that it is busy.
  agent_status busy;
  busy.who = agent_identity::of("c");
  busy.observed_state = "busy";
  busy.since = opening;
  busy.watched = true;
  floor.stays.adopt({{"break", {}, 10min}, {"wrap-up", {}, 20min}, {"busy", {}, 15min}}, {{"c", busy}}, opening + 6min,
                    floor.book);
  BOOST_TEST(floor.at(9min) == texts{"b resolved"}, boost::test_tools::per_element());
  BOOST_TEST(floor.at(10min + 1s) == texts{"a firing"}, boost::test_tools::per_element());
  BOOST_TEST(floor.at(15min + 1s) == texts{"c firing"}, boost::test_tools::per_element());
  BOOST_TEST(floor.at(20min + 1s) == texts{"b firing"}, boost::test_tools::per_element());
  floor.stays.adopt({}, {}, opening + 21min, floor.book);
  BOOST_TEST(floor.stays.size() == 0u);
  BOOST_TEST(floor.at(22min).size() == 3u); // all of them are over
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace floorwalker
