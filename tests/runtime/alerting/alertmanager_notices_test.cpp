#include "runtime/alerting/alertmanager_notices.hpp"

#include "tests/runtime/alerting/alert_samples.hpp"

#include <boost/json/serialize.hpp>
#include <boost/test/unit_test.hpp>

#include <memory>

namespace floorwalker {
namespace {

using namespace std::chrono_literals;
using testing::after;
using testing::firing;
using testing::parsed;
using testing::pending;
using testing::resolved;

struct told_floor {
  alertmanager_notices notices{60s, {"node-1", "https://wall.example/"}};

  void take(const alert_status& alert, std::chrono::nanoseconds at, const std::string& tenant = "acme") {
    notices.take(tenant, alert, after(at));
  }

  /// What is sent then, one "tenant alertname startsAt endsAt" an alert; empty: nothing.
  std::string sent(std::chrono::nanoseconds at, receipt outcome = receipt::accepted) {
    auto request = notices.next(after(at));
    if (!request) return {};
    std::string lines;
    auto body = parsed(*request);
    for (const auto& each : body.as_array()) {
      auto text = [&](const boost::json::value& value) { return std::string{value.as_string()}; };
      const auto& alert = each.as_object();
      const auto& labels = alert.at("labels").as_object();
      lines += text(labels.at("tenant")) + " " + text(labels.at("alertname")) + " " +
               text(alert.at("startsAt")).substr(11, 8) + " " + text(alert.at("endsAt")).substr(11, 8) + "\n";
    }
    notices.answered(outcome, after(at));
    return lines;
  }
};

BOOST_FIXTURE_TEST_SUITE(alertmanager_notices_suite, told_floor)

BOOST_AUTO_TEST_CASE(an_alert_is_told_with_labels_sentence_advice_and_where_to_look) {
  auto alert = firing("time-in-state");
  alert.labels = {{"agentId", "a-1"}, {"state", "break"}, {"reason", ""}};
  take(alert, 0s);
  auto request = notices.next(after(0s));
  BOOST_REQUIRE(request);
  BOOST_TEST(request->notices == 1u);
  BOOST_TEST(boost::json::serialize(parsed(*request)) ==
             R"([{"labels":{"agentId":"a-1","alertname":"time-in-state","node":"node-1","severity":"warning",)"
             R"("state":"break","tenant":"acme"},"annotations":{"summary":"tenant acme is \"late\"",)"
             R"("description":"look at the clock"},"startsAt":"2026-11-23T10:00:00.000Z",)"
             R"("endsAt":"2026-11-23T10:04:00.000Z","generatorURL":"https://wall.example/"}])");
}

BOOST_AUTO_TEST_CASE(what_keeps_agents_unseen_or_the_trail_unwritten_is_critical) {
  for (auto* kind : {"listeners-lost", "listener-stopped", "credentials", "audit-unavailable", "audit-damaged"})
    BOOST_TEST(severity_of(kind) == "critical");
  for (auto* kind : {"latency", "accuracy", "time-in-state", "audit-space"}) BOOST_TEST(severity_of(kind) == "warning");
}

BOOST_AUTO_TEST_CASE(what_fires_is_told_at_once_and_again_each_interval_to_end_after_four) {
  take(firing(), 5s);
  BOOST_TEST(sent(5s) == "acme latency 10:00:00 10:04:05\n");
  BOOST_TEST(sent(64s).empty());
  BOOST_TEST((notices.due() == std::optional{running_time{65s}}));
  BOOST_TEST(sent(65s) == "acme latency 10:00:00 10:05:05\n");
}

BOOST_AUTO_TEST_CASE(what_is_over_is_told_once_with_its_end) {
  take(firing(), 0s);
  sent(0s);
  take(resolved(), 90s);
  BOOST_TEST(sent(91s) == "acme latency 10:00:00 10:01:30\n");
  BOOST_TEST(sent(1000s).empty());
  BOOST_TEST(!notices.due());
}

BOOST_AUTO_TEST_CASE(what_is_pending_or_over_before_it_was_told_is_no_news) {
  take(pending(), 0s);
  BOOST_TEST(sent(0s).empty());
  take(firing(), 1s);
  take(resolved(), 2s);
  BOOST_TEST(sent(2s).empty());
  take(resolved(pending()), 3s);
  BOOST_TEST(sent(3s).empty());
}

BOOST_AUTO_TEST_CASE(what_took_no_effect_is_told_again_as_it_is_then) {
  take(firing(), 0s);
  BOOST_TEST(!sent(0s, receipt::deferred).empty());
  BOOST_TEST(sent(2s) == "acme latency 10:00:00 10:04:02\n");
  take(resolved(), 90s);
  BOOST_TEST(!sent(90s, receipt::deferred).empty());
  BOOST_TEST(sent(95s) == "acme latency 10:00:00 10:01:30\n");
  BOOST_TEST(notices.dropped() == 0u);
}

BOOST_AUTO_TEST_CASE(what_is_over_while_its_first_notice_is_under_way_is_told_as_over) {
  take(firing(), 0s);
  BOOST_REQUIRE(notices.next(after(0s)));
  take(resolved(), 1s);
  notices.answered(receipt::accepted, after(2s));
  BOOST_TEST(sent(2s) == "acme latency 10:00:00 10:01:30\n");
}

BOOST_AUTO_TEST_CASE(what_holds_again_while_its_end_is_under_way_is_told_as_firing) {
  take(firing(), 0s);
  sent(0s);
  take(resolved(), 90s);
  BOOST_REQUIRE(notices.next(after(90s)));
  auto again = firing("latency", "latency-2");
  again.firing_since = testing::opening + 91s;
  take(again, 91s);
  notices.answered(receipt::accepted, after(92s));
  BOOST_TEST(sent(92s) == "acme latency 10:01:31 10:05:32\n");
}

BOOST_AUTO_TEST_CASE(an_end_that_nobody_takes_is_given_up_when_it_has_come_by_itself) {
  take(firing(), 0s);
  sent(0s);
  take(resolved(), 90s);
  BOOST_TEST(!sent(90s, receipt::deferred).empty());
  BOOST_TEST(sent(90s + 4min).empty());
  BOOST_TEST(notices.dropped() == 1u);
}

BOOST_AUTO_TEST_CASE(what_is_refused_is_not_told_again_before_its_time) {
  take(firing(), 0s);
  BOOST_TEST(!sent(0s, receipt::refused).empty());
  BOOST_TEST(sent(59s).empty());
  BOOST_TEST(!sent(60s).empty());
}

BOOST_AUTO_TEST_CASE(new_figures_wait_for_the_next_interval) {
  take(firing(), 0s);
  sent(0s);
  auto worse = firing();
  worse.sentence = "tenant acme is later";
  take(worse, 10s);
  BOOST_TEST(sent(10s).empty());
  auto request = notices.next(after(60s));
  BOOST_REQUIRE(request);
  BOOST_TEST(request->body.find("later") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_silence_ends_what_was_told_and_its_end_tells_what_still_fires) {
  take(firing(), 0s);
  take(firing("accuracy", "accuracy-2"), 0s);
  sent(0s);
  notices.silence("acme", {"latency"}, after(30s));
  BOOST_TEST(sent(30s) == "acme latency 10:00:00 10:00:30\n");
  BOOST_TEST(sent(60s) == "acme accuracy 10:00:00 10:05:00\n");
  notices.silence("acme", {}, after(70s));
  BOOST_TEST(sent(70s) == "acme latency 10:00:00 10:05:10\n");
}

BOOST_AUTO_TEST_CASE(what_is_silenced_from_its_beginning_is_never_told) {
  notices.silence("acme", {"latency"}, after(0s));
  take(firing(), 1s);
  take(firing(), 1s, "globex");
  BOOST_TEST(sent(1s) == "globex latency 10:00:00 10:04:01\n");
  take(resolved(), 90s);
  BOOST_TEST(sent(91s) == "globex latency 10:00:00 10:05:31\n");
}

BOOST_AUTO_TEST_CASE(alerts_that_begin_anew_go_on_if_they_are_told_again_and_end_by_themselves_if_not) {
  take(firing(), 0s);
  take(firing("accuracy", "accuracy-2"), 0s);
  take(firing(), 0s, "globex");
  sent(0s);
  notices.begin("acme", after(10s));
  take(firing("latency", "latency-7"), 11s);
  BOOST_TEST(sent(11s) == "acme latency 10:00:00 10:04:11\n");
  BOOST_TEST(sent(71s) == "acme latency 10:00:00 10:05:11\nglobex latency 10:00:00 10:05:11\n");
}

BOOST_AUTO_TEST_CASE(a_clock_that_was_set_back_makes_no_end_before_the_start) {
  take(firing(), 0s);
  BOOST_TEST(sent(-1h) == "acme latency 10:00:00 10:00:00\n");
}

BOOST_AUTO_TEST_CASE(many_alerts_go_in_several_requests) {
  for (int i = 0; i < 250; ++i) {
    auto alert = firing("time-in-state", "t-" + std::to_string(i));
    alert.labels = {{"agentId", std::to_string(i)}};
    take(alert, 0s);
  }
  std::vector<std::size_t> sizes;
  while (auto request = notices.next(after(1s))) {
    sizes.push_back(request->notices);
    notices.answered(receipt::accepted, after(1s));
  }
  BOOST_TEST((sizes == std::vector<std::size_t>{100, 100, 50}));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace floorwalker
