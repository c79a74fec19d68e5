#include "actors/alerts/alert_rules.hpp"

#include "tests/actors/record_samples.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

namespace floorwalker {
namespace {

using namespace std::chrono_literals;
using testing::committed;
using testing::opening;
using testing::sample;

/// So many equal transitions, `apart` one from the next.
struct run_of {
  std::size_t count = 1;
  std::chrono::seconds after{0}; ///< the run before
  std::chrono::milliseconds apart{1};
  bool valid = true;
  std::int64_t latency_ms = 100;
};

struct story {
  const char* sentence;
  std::vector<run_of> runs;
  std::vector<std::string> raised;
  alert_settings settings = {};
};

/// The kinds of the alerts that the story raises, told in batches of `batch_size`.
std::vector<std::string> kinds_raised(const story& told, std::size_t batch_size) {
  std::vector<sample> samples;
  auto at = opening;
  for (auto& run : told.runs) {
    at += run.after;
    for (std::size_t i = 0; i < run.count; ++i, at += run.apart)
      samples.push_back({.valid = run.valid, .latency_ms = run.latency_ms, .received_at = at});
  }
  alert_rules rules{"acme", told.settings};
  std::vector<std::string> kinds;
  for (std::size_t i = 0; i < samples.size(); i += batch_size) {
    auto end = std::min(i + batch_size, samples.size());
    std::vector<sample> part{samples.begin() + static_cast<std::ptrdiff_t>(i),
                             samples.begin() + static_cast<std::ptrdiff_t>(end)};
    for (auto& alert : rules.apply(*committed(part))) kinds.emplace_back(alert.kind);
  }
  return kinds;
}

const alert_settings any_accuracy{.min_accuracy_percent = 0};

const story stories[] = {
    {"nothing wrong raises nothing", {{.count = 500}}, {}},
    {"as many unauthorized transitions as are tolerated raise nothing", {{.count = 5, .valid = false}}, {}},
    {"one more than that raises an alert", {{.count = 6, .valid = false}}, {"unauthorized-transitions"}},
    {"a hundred of them raise no second one, but the accuracy is wrong too",
     {{.count = 100, .valid = false}},
     {"unauthorized-transitions", "accuracy"}},
    {"unauthorized transitions that never fall into one window raise nothing",
     {{.count = 20, .apart = 61s, .valid = false}},
     {}},
    {"when the window has passed, the same raises again",
     {{.count = 6, .valid = false}, {.count = 6, .after = 331s, .valid = false}},
     {"unauthorized-transitions", "unauthorized-transitions"}},
    {"a rate right at the threshold does not flap",
     {{.count = 600, .apart = 52s, .valid = false}},
     {"unauthorized-transitions"},
     any_accuracy},
    {"none at all is tolerated if the limit is 0",
     {{.valid = false}},
     {"unauthorized-transitions"},
     {.max_unverified_transitions = 0}},
    {"19 events say nothing about accuracy", {{.count = 17}, {.count = 2, .valid = false}}, {}},
    {"with the 20th they do", {{.count = 17}, {.count = 2, .valid = false}, {.count = 1}}, {"accuracy"}},
    {"exactly the accuracy that is wanted is enough", {{.count = 19}, {.count = 1, .valid = false}}, {}},
    {"accuracy alternating around the threshold says so once",
     {{.count = 37}, {.count = 2, .valid = false}, {.count = 1}, {.count = 1, .valid = false}, {.count = 30}},
     {"accuracy"}},
    {"accuracy that falls since good events leave the window is noticed with the next event",
     {{.count = 100}, {.count = 5, .after = 200s, .valid = false}, {.count = 15}, {.count = 1, .after = 150s}},
     {"accuracy"}},
    {"a latency exactly at the limit is in time", {{.latency_ms = 2500}}, {}},
    {"a millisecond more is late", {{.latency_ms = 2501}}, {"latency"}},
    {"a clock that is ahead is not late", {{.latency_ms = -60'000}}, {}},
    {"late events that go on raise no second alert", {{.count = 100, .apart = 60s, .latency_ms = 9000}}, {"latency"}},
    {"late events after a window without any raise a new one",
     {{.latency_ms = 9000}, {.count = 400, .apart = 1s}, {.latency_ms = 9000}},
     {"latency", "latency"}},
    {"a clock set back by an hour does not silence the rules",
     {{.count = 6, .valid = false}, {.count = 6, .after = -3600s, .valid = false}},
     {"unauthorized-transitions", "unauthorized-transitions"}},
};

} // namespace

BOOST_AUTO_TEST_SUITE(rules)

BOOST_AUTO_TEST_CASE(an_alert_is_raised_when_its_condition_begins_however_records_are_batched) {
  for (auto& told : stories)
    for (std::size_t size : {1, 2, 7, 1000}) BOOST_TEST_CONTEXT(told.sentence << ", in batches of " << size)
  BOOST_TEST(kinds_raised(told, size) == told.raised, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(records_that_are_no_transitions_are_not_looked_at) {
  alert_rules rules{"acme", {}};
  std::vector<sample> records(50, {.valid = false, .latency_ms = 9000, .kind = record_kind::monitoring_interrupted});
  BOOST_TEST(rules.apply(*committed(records)).empty());
  BOOST_TEST(!rules.has_report());
}

BOOST_AUTO_TEST_CASE(an_alert_tells_its_figures_and_its_tenant) {
  alert_rules rules{"acme", {}};
  std::vector<sample> records(18);
  records.push_back({.latency_ms = 3000});
  auto alerts = rules.apply(*committed(records));
  BOOST_REQUIRE(alerts.size() == 1u);
  BOOST_TEST(alerts[0].sentence ==
             "tenant acme received 1 of 19 events (5.26 %) within 5 min more than 2500 ms after they happened");
  BOOST_TEST(!alerts[0].advice.empty());
}

BOOST_AUTO_TEST_CASE(a_report_tells_the_last_unauthorized_transition_and_the_worst_latency) {
  alert_rules rules{"acme", {}};
  rules.apply(*committed({{},
                          {.agent = "a-7", .previous = "break", .current = "bu\nsy", .valid = false},
                          {.latency_ms = 4000},
                          {.latency_ms = 3000}}));
  BOOST_REQUIRE(rules.has_report());
  BOOST_TEST(rules.take_report() ==
             R"(tenant acme had 1 unauthorized (at last, agent "a-7" went from "break" to "bu\nsy") and 2 late )"
             "(by up to 4000 ms) among its last 4 transitions");
  BOOST_TEST(!rules.has_report());
}

BOOST_AUTO_TEST_CASE(a_report_counts_from_the_one_before) {
  alert_rules rules{"acme", {}};
  rules.apply(*committed({{.latency_ms = 4000}}));
  rules.take_report();
  rules.apply(*committed({{}, {.latency_ms = 2600}}));
  BOOST_TEST(rules.take_report() == "tenant acme had 1 late (by up to 2600 ms) among its last 2 transitions");
}

BOOST_AUTO_TEST_CASE(failing_renewals_raise_one_alert_until_one_succeeds) {
  alert_rules rules{"acme", {}};
  BOOST_TEST(!rules.renewal("", false).has_value());
  BOOST_TEST(rules.renewal("connection refused", false).value().kind == "token-renewal");
  BOOST_TEST(!rules.renewal("connection refused", false).has_value());
  BOOST_TEST(!rules.renewal("", false).has_value());
  BOOST_TEST(rules.renewal("timed out", false).value().sentence == "tenant acme could not get a token: timed out");
}

BOOST_AUTO_TEST_CASE(credentials_rejected_for_good_raise_an_alert_of_their_own) {
  alert_rules rules{"acme", {}};
  rules.renewal("timed out", false);
  BOOST_TEST(rules.renewal("invalid_client", true).value().kind == "credentials");
}

BOOST_AUTO_TEST_CASE(a_stopped_listener_is_named_with_its_cause) {
  alert_rules rules{"acme", {}};
  auto alert = rules.listener_stopped(3, "close code 1008");
  BOOST_TEST(alert.kind == "listener-stopped");
  BOOST_TEST(alert.sentence == "listener 3 of tenant acme stopped and will not connect again: close code 1008");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace floorwalker
