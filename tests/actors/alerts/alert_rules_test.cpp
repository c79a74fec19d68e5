#include "actors/alerts/alert_rules.hpp"

#include "tests/actors/record_samples.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace floorwalker {
namespace {

using namespace std::chrono_literals;
using testing::committed;
using testing::opening;
using testing::sample;
using texts = std::vector<std::string>;

/// So many equal transitions, `apart` one from the next.
struct run_of {
  std::size_t count = 1;
  std::chrono::seconds after{0}; ///< the run before
  std::chrono::milliseconds apart{1};
  bool valid = true;
  std::int64_t latency_ms = 100;
  std::uint8_t flags = 0;
  bool was_stale = false;
};

struct story {
  const char* sentence;
  std::vector<run_of> runs;
  std::vector<std::string> raised;
  alert_settings settings = {};
};

/// The kinds of the alerts that began to fire since the last call.
std::vector<std::string> fired(alert_book& book) {
  std::vector<std::string> kinds;
  for (const auto& change : book.take_changes())
    if (change.began_firing) kinds.push_back(change.alert.kind);
  return kinds;
}

/// "<kind> <state>" of everything that changed since the last call.
std::vector<std::string> changes(alert_book& book) {
  texts told;
  for (const auto& change : book.take_changes())
    told.push_back(change.alert.kind + ' ' + std::string{to_text(change.alert.state)});
  return told;
}

/// The kinds of the alerts that the story raises, told in batches of `batch_size`.
std::vector<std::string> kinds_raised(const story& told, std::size_t batch_size) {
  std::vector<sample> samples;
  auto at = opening;
  for (auto& run : told.runs) {
    at += run.after;
    for (std::size_t i = 0; i < run.count; ++i, at += run.apart)
      samples.push_back({.valid = run.valid,
                         .latency_ms = run.latency_ms,
                         .received_at = at,
                         .flags = run.flags,
                         .was_stale = run.was_stale});
  }
  alert_rules rules{"acme", told.settings};
  alert_book book;
  std::vector<std::string> kinds;
  for (std::size_t i = 0; i < samples.size(); i += batch_size) {
    auto end = std::min(i + batch_size, samples.size());
    std::vector<sample> part{samples.begin() + static_cast<std::ptrdiff_t>(i),
                             samples.begin() + static_cast<std::ptrdiff_t>(end)};
    rules.apply(*committed(part), book);
    for (auto& kind : fired(book)) kinds.push_back(std::move(kind));
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
    {"a clock set back by an hour does not silence the rules, and what goes on is the same alert",
     {{.count = 6, .valid = false}, {.count = 6, .after = -3600s, .valid = false}, {.latency_ms = 9000}},
     {"unauthorized-transitions", "latency"}},
    {"a share of gaps above the limit raises an alert", {{.count = 17}, {.count = 3, .flags = flag_gap}}, {"gap-rate"}},
    {"gaps that an interruption explains raise none",
     {{.count = 17}, {.count = 100, .flags = flag_gap, .was_stale = true}},
     {}},
    {"exactly the share that is tolerated raises none", {{.count = 18}, {.count = 2, .flags = flag_gap}}, {}},
    {"a threshold that is passed for less than the wait raises nothing",
     {{.latency_ms = 9000}, {.count = 3000, .apart = 1s}},
     {},
     {.wait_for = 301s}},
    {"one that is passed for longer does",
     {{.count = 2, .apart = 200s, .latency_ms = 9000}, {.count = 3000, .apart = 1s}},
     {"latency"},
     {.wait_for = 301s}},
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
  alert_book book;
  std::vector<sample> records(50, {.valid = false, .latency_ms = 9000, .kind = record_kind::monitoring_interrupted});
  rules.apply(*committed(records), book);
  BOOST_TEST(book.standing().empty());
  BOOST_TEST(!rules.has_report());
}

BOOST_AUTO_TEST_CASE(an_alert_tells_its_figures_and_its_tenant) {
  alert_rules rules{"acme", {}};
  alert_book book;
  std::vector<sample> records(18);
  records.push_back({.latency_ms = 3000});
  rules.apply(*committed(records), book);
  auto alerts = book.standing();
  BOOST_REQUIRE(alerts.size() == 1u);
  BOOST_TEST(alerts[0].sentence ==
             "tenant acme received 1 of 19 events (5.26 %) within 5 min more than 2500 ms after they happened");
  BOOST_TEST(!alerts[0].advice.empty());
  BOOST_TEST(alerts[0].value.value() == 100.0 / 19);
}

BOOST_AUTO_TEST_CASE(an_alert_on_the_window_resolves_though_nothing_more_comes) {
  alert_rules rules{"acme", {}};
  alert_book book;
  rules.apply(*committed({{.latency_ms = 3000}}), book);
  for (auto second = 0s; second < 329s; second += 1s) rules.advance(opening + second, book);
  BOOST_TEST(changes(book) == texts{"latency firing"}, boost::test_tools::per_element());
  rules.advance(opening + 331s, book); // the window, and then the time that it goes on firing
  BOOST_TEST(changes(book) == texts{"latency resolved"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(figures_of_a_standing_alert_are_those_of_now) {
  alert_rules rules{"acme", {}};
  alert_book book;
  rules.apply(*committed({{.latency_ms = 3000}}), book);
  rules.apply(*committed({{}, {}, {}}), book);
  rules.advance(opening + 1s, book);
  BOOST_TEST(book.standing().at(0).value.value() == 25.0);
}

BOOST_AUTO_TEST_CASE(silence_is_an_alert_while_listeners_are_connected) {
  alert_rules rules{"acme", {.stream_silence = 60s}};
  alert_book book;
  rules.advance(opening + 600s, book);
  BOOST_TEST(changes(book).empty()); // nobody listens yet
  rules.listeners({.active = 1}, opening + 600s, book);
  rules.advance(opening + 659s, book);
  BOOST_TEST(changes(book).empty());
  rules.advance(opening + 660s, book);
  BOOST_TEST(changes(book) == texts{"stream-silence firing"}, boost::test_tools::per_element());
  rules.apply(*committed({{.received_at = opening + 661s}}), book);
  rules.advance(opening + 662s, book);
  BOOST_TEST(changes(book) == texts{"stream-silence resolved"}, boost::test_tools::per_element());
}

/// What is said of the listeners at a time, and what the book tells by then.
struct listeners_told {
  std::chrono::seconds at;
  std::optional<listener_counts> counts; ///< none: time passes
  texts told = {};
};

struct listeners_course {
  const char* sentence;
  alert_settings settings;
  std::vector<listeners_told> words;
};

constexpr listener_counts read_one{.active = 1};
constexpr listener_counts paused_one{.paused = 1};
constexpr listener_counts trying{.reconnecting = 2};
constexpr listener_counts given_up{.stopped = 2};

const listeners_course courses[] = {
    {"without a listener for a minute the platform is away",
     {},
     {{0s, read_one},
      {10s, trying},
      {69s, {}},
      {70s, {}, {"listeners-lost firing"}},
      {5000s, {}},
      {5001s, read_one, {"listeners-lost resolved"}}}},
    {"a start counts from the plan",
     {.listeners_lost = 30s},
     {{0s, {}}, {100s, trying}, {129s, {}}, {130s, {}, {"listeners-lost firing"}}}},
    {"some that reconnect, while others are subscribed, are not lost",
     {},
     {{0s, listener_counts{.active = 1, .reconnecting = 9, .stopped = 3}}, {600s, {}}}},
    {"a listener that is not read, since we are behind, is subscribed",
     {},
     {{0s, trying}, {59s, paused_one}, {600s, {}}, {601s, trying}, {660s, {}}, {661s, {}, {"listeners-lost firing"}}}},
    {"it makes no difference whether they go on trying",
     {},
     {{0s, trying}, {30s, given_up}, {59s, {}}, {60s, {}, {"listeners-lost firing"}}}},
    {"where none is planned none is lost",
     {},
     {{0s, trying}, {60s, {}, {"listeners-lost firing"}}, {61s, listener_counts{}, {"listeners-lost resolved"}}}},
    {"it is off at 0 s", {.listeners_lost = 0s}, {{0s, trying}, {100'000s, {}}}},
    {"a clock that is set back makes it no shorter",
     {},
     {{0s, trying}, {50s, {}}, {-3600s, {}}, {-3591s, {}}, {-3590s, {}, {"listeners-lost firing"}}, {-7200s, {}}}},
    {"silence does not begin where nobody hears",
     {.stream_silence = 20s, .listeners_lost = 0s},
     {{0s, read_one}, {10s, trying}, {600s, {}}, {601s, read_one}, {620s, {}}, {621s, {}, {"stream-silence firing"}}}},
    {"silence does not end by losing the connection, nor by getting it back",
     {.stream_silence = 20s},
     {{0s, read_one},
      {20s, {}, {"stream-silence firing"}},
      {30s, trying},
      {90s, {}, {"listeners-lost firing"}},
      {95s, paused_one, {"listeners-lost resolved"}},
      {100s, read_one},
      {600s, {}}}},
    {"silence ends where no listener is planned any longer",
     {.stream_silence = 20s},
     {{0s, read_one},
      {20s, {}, {"stream-silence firing"}},
      {30s, listener_counts{}, {"stream-silence resolved"}},
      {600s, read_one},
      {619s, {}},
      {620s, {}, {"stream-silence firing"}}}},
};

BOOST_AUTO_TEST_CASE(lost_listeners_are_an_alert_and_silence_is_one_only_where_somebody_listens) {
  for (const auto& one : courses) BOOST_TEST_CONTEXT(one.sentence) {
      alert_rules rules{"acme", one.settings};
      alert_book book;
      for (const auto& word : one.words) BOOST_TEST_CONTEXT(word.at.count()) {
          if (word.counts)
            rules.listeners(*word.counts, opening + word.at, book);
          else
            rules.advance(opening + word.at, book);
          BOOST_TEST(changes(book) == word.told, boost::test_tools::per_element());
        }
    }
}

BOOST_AUTO_TEST_CASE(a_transition_that_is_still_read_after_the_connection_was_lost_ends_silence_when_one_is_back) {
  alert_rules rules{"acme", {.stream_silence = 20s}};
  alert_book book;
  rules.listeners(read_one, opening, book);
  rules.advance(opening + 20s, book);
  rules.listeners(trying, opening + 21s, book);
  rules.apply(*committed({{.received_at = opening + 22s}}), book);
  rules.advance(opening + 50s, book);
  BOOST_TEST(changes(book) == texts{"stream-silence firing"}, boost::test_tools::per_element());
  rules.listeners(read_one, opening + 51s, book);
  BOOST_TEST(changes(book) == texts{"stream-silence resolved"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(lost_listeners_are_told_with_the_seconds_that_it_lasts) {
  alert_rules rules{"acme", {}};
  alert_book book;
  rules.listeners(trying, opening, book);
  rules.advance(opening + 75s, book);
  auto alerts = book.standing();
  BOOST_REQUIRE(alerts.size() == 1u);
  BOOST_TEST(alerts[0].sentence ==
             "tenant acme has had no listener subscribed for more than 1 min: none of its agents is monitored");
  BOOST_TEST(alerts[0].value.value() == 75.0);
  BOOST_TEST(alerts[0].labels.empty());
}

BOOST_AUTO_TEST_CASE(new_settings_reach_lost_listeners_and_silence_at_once) {
  alert_rules rules{"acme", {}};
  alert_book book;
  rules.listeners(trying, opening, book);
  rules.adopt({.listeners_lost = 10s}, opening + 11s, book);
  BOOST_TEST(changes(book) == texts{"listeners-lost firing"}, boost::test_tools::per_element());
  rules.adopt({.listeners_lost = 600s}, opening + 12s, book);
  BOOST_TEST(changes(book) == texts{"listeners-lost resolved"}, boost::test_tools::per_element());
  rules.adopt({.listeners_lost = 0s}, opening + 700s, book);
  BOOST_TEST(changes(book).empty());
  rules.listeners(read_one, opening + 701s, book);
  rules.adopt({.stream_silence = 5s}, opening + 706s, book);
  BOOST_TEST(changes(book) == texts{"stream-silence firing"}, boost::test_tools::per_element());
  rules.listeners(trying, opening + 707s, book);
  rules.adopt({.listeners_lost = 0s}, opening + 708s, book); // silence is off, and nobody listens
  BOOST_TEST(changes(book) == texts{"stream-silence resolved"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(nothing_is_committed_while_the_trail_can_not_be_written_so_that_is_no_silence) {
  alert_rules rules{"acme", {.stream_silence = 60s}};
  alert_book book;
  rules.listeners({.active = 1}, opening, book);
  rules.audit({"no space left on device"}, opening + 1s, book);
  rules.advance(opening + 500s, book);
  rules.audit({""}, opening + 500s, book);
  rules.advance(opening + 559s, book);
  BOOST_TEST(changes(book) == (texts{"audit-unavailable firing", "audit-unavailable resolved"}),
             boost::test_tools::per_element());
  rules.advance(opening + 560s, book);
  BOOST_TEST(changes(book) == texts{"stream-silence firing"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_sink_that_is_too_far_behind_is_an_alert_of_its_own) {
  alert_rules rules{"acme", {.keep_firing_for = 0s, .max_sink_lag = 1000}};
  alert_book book;
  rules.sink({.sink = "wall", .lag = 1000}, opening, book);
  rules.sink({.sink = "history", .lag = 1001}, opening, book);
  auto alerts = book.standing();
  BOOST_REQUIRE(alerts.size() == 1u);
  BOOST_TEST(alerts[0].labels.at("sink") == "history");
  rules.sink({.sink = "history", .lag = 3}, opening + 10s, book);
  BOOST_TEST(book.standing().empty());
  alert_rules without{"acme", {}};
  without.sink({.sink = "wall", .lag = 1'000'000}, opening, book);
  BOOST_TEST(book.standing().empty());
}

BOOST_AUTO_TEST_CASE(a_report_tells_the_last_unauthorized_transition_and_the_worst_latency) {
  alert_rules rules{"acme", {}};
  alert_book book;
  rules.apply(*committed({{},
                          {.agent = "a-7", .previous = "break", .current = "bu\nsy", .valid = false},
                          {.latency_ms = 4000},
                          {.latency_ms = 3000}}),
              book);
  BOOST_REQUIRE(rules.has_report());
  BOOST_TEST(rules.take_report() ==
             R"(tenant acme had 1 unauthorized (at last, agent "a-7" went from "break" to "bu\nsy") and 2 late )"
             "(by up to 4000 ms) among its last 4 transitions");
  BOOST_TEST(!rules.has_report());
}

BOOST_AUTO_TEST_CASE(a_report_counts_from_the_one_before) {
  alert_rules rules{"acme", {}};
  alert_book book;
  rules.apply(*committed({{.latency_ms = 4000}}), book);
  rules.take_report();
  rules.apply(*committed({{}, {.latency_ms = 2600}}), book);
  BOOST_TEST(rules.take_report() == "tenant acme had 1 late (by up to 2600 ms) among its last 2 transitions");
}

BOOST_AUTO_TEST_CASE(failing_renewals_are_one_alert_until_one_succeeds) {
  alert_rules rules{"acme", {}};
  alert_book book;
  for (auto problem : {"", "connection refused", "connection refused", "", "timed out"})
    rules.renewal(problem, false, opening, book);
  BOOST_TEST(changes(book) == (texts{"token-renewal firing", "token-renewal resolved", "token-renewal firing"}),
             boost::test_tools::per_element());
  BOOST_TEST(book.standing().at(0).sentence == "tenant acme could not get a token: timed out");
}

BOOST_AUTO_TEST_CASE(credentials_rejected_for_good_take_the_place_of_failing_renewals) {
  alert_rules rules{"acme", {}};
  alert_book book;
  rules.renewal("timed out", false, opening, book);
  rules.renewal("invalid_client", true, opening, book);
  auto alerts = book.standing();
  BOOST_REQUIRE(alerts.size() == 1u);
  BOOST_TEST(alerts[0].kind == "credentials");
  BOOST_TEST(alerts[0].advice == "correct the tenant's client-id, secret or scope, then reload (SIGHUP or POST "
                                 "/api/v1/reload): it starts again, and no other tenant is interrupted");
}

BOOST_AUTO_TEST_CASE(a_stopped_listener_is_named_with_its_cause_until_none_is_stopped) {
  alert_rules rules{"acme", {}};
  alert_book book;
  rules.listener_stopped(3, "close code 1008", opening, book);
  rules.listener_stopped(4, "close code 1008", opening, book);
  auto alerts = book.standing();
  BOOST_REQUIRE(alerts.size() == 2u);
  BOOST_TEST(alerts[0].kind == "listener-stopped");
  BOOST_TEST(alerts[0].labels.at("listener") == "3");
  BOOST_TEST(alerts[0].sentence == "listener 3 of tenant acme stopped and will not connect again: close code 1008");
  rules.listeners({.active = 1, .stopped = 2}, opening, book);
  BOOST_TEST(book.standing().size() == 2u);
  rules.listeners({.active = 1}, opening, book);
  BOOST_TEST(book.standing().empty());
}

BOOST_AUTO_TEST_CASE(new_waits_reach_thresholds_that_are_passed_and_those_that_were) {
  struct reload {
    const char* sentence;
    alert_settings before;
    alert_settings after;
    texts told;
  };
  const reload reloads[] = {
      {"a shorter wait", {.wait_for = 600s}, {.wait_for = 10s}, {"latency firing", "sink-lag firing"}},
      {"a longer wait", {.wait_for = 600s}, {.wait_for = 900s}, {}},
      {"no wait any longer", {.wait_for = 600s}, {}, {"latency firing", "sink-lag firing"}},
  };
  for (auto one : reloads) BOOST_TEST_CONTEXT(one.sentence) {
      one.before.max_sink_lag = one.after.max_sink_lag = 10;
      alert_rules rules{"acme", one.before};
      alert_book book;
      rules.apply(*committed({{.latency_ms = 3000}}), book);
      rules.sink({.sink = "wall", .lag = 11}, opening, book);
      rules.advance(opening + 20s, book);
      BOOST_TEST(fired(book).empty());
      rules.adopt(one.after, opening + 20s, book);
      BOOST_TEST(changes(book) == one.told, boost::test_tools::per_element());
    }
  alert_rules rules{"acme", {.keep_firing_for = 3600s, .max_sink_lag = 10}};
  alert_book book;
  rules.apply(*committed({{.latency_ms = 3000}}), book);
  rules.advance(opening + 400s, book); // it is passed no longer
  BOOST_TEST(changes(book) == texts{"latency firing"}, boost::test_tools::per_element());
  rules.adopt({.keep_firing_for = 30s, .max_sink_lag = 10}, opening + 401s, book);
  BOOST_TEST(changes(book) == texts{"latency resolved"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(new_settings_count_at_once_for_what_the_window_holds) {
  alert_settings settings;
  alert_rules rules{"acme", settings};
  alert_book book;
  rules.apply(*committed({{.valid = false}, {.valid = false}, {.valid = false}}), book);
  BOOST_TEST(fired(book).empty());
  settings.max_unverified_transitions = 2;
  settings.keep_firing_for = std::chrono::nanoseconds{0};
  rules.adopt(settings, opening + 1s, book);
  BOOST_TEST(fired(book) == texts{"unauthorized-transitions"}, boost::test_tools::per_element());
  settings.max_unverified_transitions = 3;
  rules.adopt(settings, opening + 2s, book);
  BOOST_TEST(changes(book) == texts{"unauthorized-transitions resolved"}, boost::test_tools::per_element());
  settings.max_unverified_transitions = 0;
  settings.window = std::chrono::minutes{1}; // of another length: it begins empty
  rules.adopt(settings, opening + 3s, book);
  BOOST_TEST(fired(book).empty());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace floorwalker
