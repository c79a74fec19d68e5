#include "runtime/alerting/webhook_notices.hpp"

#include "tests/runtime/alerting/alert_samples.hpp"

#include <boost/test/unit_test.hpp>

#include <set>
#include <string>
#include <vector>

namespace floorwalker {
namespace {

using namespace std::chrono_literals;
using testing::after;
using testing::firing;
using testing::parsed;
using testing::pending;
using testing::resolved;

struct told_floor {
  webhook_notices notices{{"pager", "node-1", false}};

  void take(const alert_status& alert, const std::string& tenant = "acme") { notices.take(tenant, alert, after(0s)); }

  /// All that waits, one "tenant id state" a change.
  std::string told(webhook_notices& of) {
    std::string lines;
    while (auto request = of.next(after(0s))) {
      auto body = parsed(*request).as_object();
      const auto& alert = body.at("alert").as_object();
      lines += std::string{body.at("tenantId").as_string()} + " " + std::string{alert.at("id").as_string()} + " " +
               std::string{alert.at("state").as_string()} + (alert.at("silenced").as_bool() ? " silenced\n" : "\n");
      of.answered(receipt::accepted, after(0s));
    }
    return lines;
  }
  std::string told() { return told(notices); }
};

BOOST_FIXTURE_TEST_SUITE(webhook_notices_suite, told_floor)

BOOST_AUTO_TEST_CASE(a_change_is_told_with_the_members_of_the_api) {
  take(firing());
  auto request = notices.next(after(0s));
  BOOST_REQUIRE(request);
  BOOST_TEST(request->body == R"({"tenantId":"acme","node":"node-1","alert":)" + to_json(firing()) + "}");
  BOOST_TEST(request->notices == 1u);
  BOOST_TEST(request->id.starts_with("fw_"));
}

BOOST_AUTO_TEST_CASE(an_alert_is_told_when_it_fires_and_when_it_is_over) {
  take(pending());
  BOOST_TEST(told().empty());
  take(firing());
  take(firing()); // a hub that begins asks for what stands
  BOOST_TEST(told() == "acme latency-1 firing\n");
  take(resolved());
  BOOST_TEST(told() == "acme latency-1 resolved\n");
}

BOOST_AUTO_TEST_CASE(pending_alerts_are_told_to_whoever_wants_them) {
  webhook_notices all{{"pager", "node-1", true}};
  all.take("acme", pending(), after(0s));
  all.take("acme", resolved(pending()), after(0s));
  BOOST_TEST(told(all) == "acme latency-1 pending\nacme latency-1 resolved\n");
  take(pending());
  take(resolved(pending()));
  BOOST_TEST(told().empty());
}

BOOST_AUTO_TEST_CASE(a_request_keeps_its_id_until_it_is_answered_and_no_two_share_one) {
  take(firing());
  take(resolved());
  std::set<std::string> ids{notices.next(after(0s))->id};
  notices.answered(receipt::deferred, after(1s));
  ids.insert(notices.next(after(1s))->id);
  BOOST_TEST(ids.size() == 1u);
  notices.answered(receipt::accepted, after(2s));
  ids.insert(notices.next(after(2s))->id);
  BOOST_TEST(ids.size() == 2u);
}

BOOST_AUTO_TEST_CASE(figures_that_change_while_a_change_waits_go_with_it) {
  take(firing("accuracy", "accuracy-0"));
  take(firing());
  auto worse = firing();
  worse.value = 7;
  take(worse);
  BOOST_TEST(told() == "acme accuracy-0 firing\nacme latency-1 firing\n");
  worse.value = 8;
  take(worse);
  BOOST_TEST(told() == "acme latency-1 firing\n");
}

BOOST_AUTO_TEST_CASE(a_change_under_way_is_left_alone) {
  take(firing());
  auto first = notices.next(after(0s));
  auto worse = firing();
  worse.value = 7;
  take(worse);
  notices.answered(receipt::accepted, after(0s));
  auto second = notices.next(after(0s));
  BOOST_REQUIRE(second);
  BOOST_TEST(second->id != first->id);
}

BOOST_AUTO_TEST_CASE(a_silenced_alert_is_told_after_the_silence_if_it_still_fires) {
  notices.silence("acme", {"latency"}, after(0s));
  take(firing());
  take(firing("accuracy", "accuracy-2"));
  take(firing(), "globex");
  BOOST_TEST(told() == "acme accuracy-2 firing\nglobex latency-1 firing\n");
  notices.silence("acme", {}, after(0s));
  BOOST_TEST(told() == "acme latency-1 firing\n");
}

BOOST_AUTO_TEST_CASE(what_was_told_is_told_as_over_though_it_is_silenced) {
  take(firing());
  BOOST_TEST(!told().empty());
  notices.silence("acme", {"latency"}, after(0s));
  auto worse = firing();
  worse.value = 7;
  take(worse);
  BOOST_TEST(told().empty());
  take(resolved());
  BOOST_TEST(told() == "acme latency-1 resolved silenced\n");
}

BOOST_AUTO_TEST_CASE(what_is_silenced_for_all_its_life_is_never_told) {
  notices.silence("acme", {"latency"}, after(0s));
  take(firing());
  take(resolved());
  notices.silence("acme", {}, after(0s));
  BOOST_TEST(told().empty());
}

BOOST_AUTO_TEST_CASE(alerts_that_begin_anew_end_those_that_were_told) {
  take(firing());
  take(firing(), "globex");
  BOOST_TEST(!told().empty());
  notices.begin("acme", after(9s));
  take(firing("latency", "latency-7"));
  BOOST_TEST(told() == "acme latency-1 resolved\nacme latency-7 firing\n");
}

struct succession {
  const char* sentence;
  std::vector<alert_status> delivered; ///< told to the first receiver, which got it
  std::vector<alert_status> waiting;   ///< told to the first, which could not deliver it
  std::vector<alert_status> after;     ///< told to the second
  const char* told;                    ///< by the second
};

BOOST_AUTO_TEST_CASE(a_receiver_that_takes_over_tells_what_the_one_before_had_still_to_tell) {
  auto worse = firing();
  worse.value = 7;
  const std::vector<succession> successions{
      {"what was told and is over now", {firing()}, {}, {resolved()}, "acme latency-1 resolved\n"},
      {"what was over when nothing could be told", {firing()}, {resolved()}, {}, "acme latency-1 resolved\n"},
      {"what began when nothing could be told", {}, {firing()}, {}, "acme latency-1 firing\n"},
      {"all that waits, in order",
       {},
       {firing(), firing("accuracy", "accuracy-2"), resolved()},
       {firing("accuracy", "accuracy-2"), resolved(firing("accuracy", "accuracy-2"))},
       "acme latency-1 firing\nacme accuracy-2 firing\nacme latency-1 resolved\nacme accuracy-2 resolved\n"},
      {"what fires still, since it may be told somewhere else now",
       {firing()},
       {},
       {firing()},
       "acme latency-1 firing\n"},
      {"figures that came too late for the first", {firing()}, {worse}, {worse}, "acme latency-1 firing\n"},
      {"nothing of what is over and told", {firing(), resolved()}, {}, {}, ""},
      {"nothing of what was never told", {pending()}, {}, {resolved(pending())}, ""},
  };
  for (const auto& one : successions) BOOST_TEST_CONTEXT(one.sentence) {
      webhook_notices first{{"pager", "node-1", false}};
      for (const auto& alert : one.delivered) first.take("acme", alert, after(0s));
      told(first);
      for (const auto& alert : one.waiting) first.take("acme", alert, after(0s));
      if (first.next(after(0s))) first.answered(receipt::deferred, after(1s));
      webhook_notices second{{"pager", "node-1", false}};
      second.take_over(first, [](const auto&) { return true; });
      for (const auto& alert : one.after) second.take("acme", alert, after(2s));
      BOOST_TEST(told(second) == one.told);
    }
}

BOOST_AUTO_TEST_CASE(a_third_receiver_still_owes_what_the_first_has_told) {
  take(firing());
  BOOST_TEST(!told().empty());
  webhook_notices second{{"pager", "node-1", false}};
  second.silence("acme", {"latency"}, after(0s));
  second.take_over(notices, [](const auto&) { return true; });
  second.take("acme", firing(), after(1s));
  webhook_notices third{{"pager", "node-1", false}};
  third.take_over(second, [](const auto&) { return true; });
  third.begin("acme", after(2s));
  BOOST_TEST(told(second).empty());
  BOOST_TEST(told(third) == "acme latency-1 resolved\n");
}

BOOST_AUTO_TEST_CASE(who_takes_over_tells_what_it_wants_itself_and_every_end) {
  webhook_notices first{{"pager", "node-1", true}};
  first.take("acme", pending(), after(0s));
  first.take("globex", firing(), after(0s));
  first.take("globex", firing("accuracy", "accuracy-2"), after(0s));
  first.take("globex", resolved(firing("accuracy", "accuracy-2")), after(0s));
  notices.take_over(first, [](const auto& tenant) { return tenant != "globex"; });
  BOOST_TEST(told() == "globex accuracy-2 resolved\n");
  notices.begin("globex", after(1s));
  BOOST_TEST(told().empty());
}

BOOST_AUTO_TEST_CASE(a_refused_change_is_not_told_again) {
  take(firing());
  BOOST_REQUIRE(notices.next(after(0s)));
  notices.answered(receipt::refused, after(0s));
  BOOST_TEST(!notices.due());
  BOOST_TEST(notices.dropped() == 0u);
}

BOOST_AUTO_TEST_CASE(a_change_that_nobody_takes_is_given_up_for_the_next) {
  take(firing());
  take(resolved());
  for (unsigned i = 0; i < webhook_notices::attempts_max; ++i) {
    BOOST_REQUIRE(notices.next(after(0s)));
    notices.answered(receipt::deferred, after(0s));
  }
  BOOST_TEST(notices.dropped() == 1u);
  BOOST_TEST(told() == "acme latency-1 resolved\n");
}

BOOST_AUTO_TEST_CASE(of_too_many_the_oldest_that_is_not_under_way_is_given_up) {
  for (std::size_t i = 0; i < webhook_notices::queue_max; ++i) take(firing("latency", "latency-" + std::to_string(i)));
  BOOST_REQUIRE(notices.next(after(0s)));
  take(firing("accuracy", "accuracy-1"));
  BOOST_TEST(notices.dropped() == 1u);
  notices.answered(receipt::accepted, after(0s));
  auto rest = told();
  BOOST_TEST(rest.starts_with("acme latency-2 firing\n"));
  BOOST_TEST(rest.ends_with("acme accuracy-1 firing\n"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace floorwalker
