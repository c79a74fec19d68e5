#include "actors/connection/close_policy.hpp"
#include "actors/connection/connect_permits.hpp"
#include "actors/connection/liveness.hpp"
#include "actors/connection/slot_plan.hpp"

#include <boost/test/unit_test.hpp>

#include <fmt/format.h>

#include <string>
#include <vector>

namespace floorwalker {
namespace {

using namespace std::chrono_literals;

stream_end closed(std::uint16_t code, std::string reason = {}) { return {.code = code, .reason = std::move(reason)}; }

stream_end upgrade_refused(int status) { return {.kind = stream_end_kind::upgrade_refused, .http_status = status}; }

stream_end rejected(std::string reason) {
  return {.kind = stream_end_kind::rejected, .by_us = true, .code = 1000, .reason = std::move(reason)};
}

std::string_view to_text(close_action action) {
  switch (action) {
  case close_action::none:
    return "none";
  case close_action::retry:
    return "retry";
  case close_action::renew_then_retry:
    return "renew, then retry";
  case close_action::stop:
    return "stop";
  }
  return "?";
}

const struct {
  const char* sentence;
  stream_end end;
  const char* action;
} decisions[] = {
    {"our own close is on purpose", {.by_us = true, .code = 1000, .our_reason = "Client shutdown"}, "none"},
    {"our close that was answered by a failure is no purpose", {.by_us = true, .code = 1006}, "retry"},
    {"normal closure by the server", closed(1000), "retry"},
    {"going away", closed(1001), "retry"},
    {"no code", closed(1005), "retry"},
    {"internal error", closed(1011), "retry"},
    {"restart", closed(1012), "retry"},
    {"try again later", closed(1013), "retry"},
    {"bad gateway", closed(1014), "retry"},
    {"no close frame", closed(1006), "retry"},
    {"protocol error", closed(1002), "retry"},
    {"unsupported data", closed(1003), "retry"},
    {"invalid UTF-8", closed(1007), "retry"},
    {"too big", closed(1009), "retry"},
    {"missing extension", closed(1010), "retry"},
    {"rate limited", closed(1008, "rate limit exceeded"), "retry"},
    {"rate limited, in any case", closed(1008, "RATE"), "retry"},
    {"policy violation", closed(1008, "listener limit reached"), "stop"},
    {"policy violation without a reason", closed(1008), "stop"},
    {"token expired by its own code", closed(4401), "renew, then retry"},
    {"token expired in words", closed(1000, "Token has EXPIRED"), "renew, then retry"},
    {"token expired comes before policy violation", closed(1008, "expired token"), "renew, then retry"},
    {"a token that did not expire is policy", closed(1008, "token lacks scope"), "stop"},
    {"an unknown code", closed(4999), "retry"},
    {"a code from nowhere", closed(0), "retry"},
    {"no connection", {.kind = stream_end_kind::connect_failed}, "retry"},
    {"no answer to the subscription", {.kind = stream_end_kind::ack_timeout, .by_us = true, .code = 1000}, "retry"},
    {"the upgrade needs another token", upgrade_refused(401), "renew, then retry"},
    {"the upgrade is forbidden", upgrade_refused(403), "retry"},
    {"the gateway is overloaded", upgrade_refused(503), "retry"},
    {"the subscription is rejected", rejected("bad matrix"), "stop"},
    {"the subscription is rejected for its rate", rejected("Rate limit"), "retry"},
};

agent_identity_ptr agent(int number) { return agent_identity::of(fmt::format("A{:03}", number)); }

agent_group agents(int from, int to) {
  agent_group all;
  for (int i = from; i < to; ++i) all.push_back(agent(i));
  return all;
}

agent_listing listing(std::initializer_list<std::pair<int, int>> ranges) {
  agent_listing all;
  for (auto [from, to] : ranges)
    for (auto& one : agents(from, to)) all.agents.push_back({one, {}});
  return all;
}

limit_settings limits(std::uint32_t in_flight, std::uint32_t listeners) {
  limit_settings set;
  set.connects_in_flight = in_flight;
  set.max_listeners = listeners;
  return set;
}

} // namespace

BOOST_AUTO_TEST_SUITE(close_codes)

BOOST_AUTO_TEST_CASE(every_end_has_its_decision) {
  for (auto& row : decisions) BOOST_TEST_CONTEXT(row.sentence) {
      auto decision = decide(row.end);
      BOOST_TEST(to_text(decision.action) == row.action);
      BOOST_TEST(!decision.cause.empty());
    }
}

BOOST_AUTO_TEST_CASE(a_policy_violation_names_its_likely_causes) {
  BOOST_TEST(decide(closed(1008, "no")).cause.find("closed with 1008: no (likely causes: ") == 0u);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(liveness)

BOOST_AUTO_TEST_CASE(a_dead_connection_is_noticed_within_30_seconds_whenever_its_last_octet_came) {
  for (auto last = 0ms; last < 10s; last += 100ms) BOOST_TEST_CONTEXT(last.count() << " ms") {
      steady_time start{}, now = start;
      liveness_watch watch{{}, start};
      auto pings = 0;
      for (;;) {
        // Something is heard every 100 ms up to `last`.
        auto heard = static_cast<std::uint64_t>(std::min<std::chrono::nanoseconds>(now - start, last) / 100ms);
        auto step = watch.look(now, heard, false);
        if (step.dead) break;
        pings += step.ping ? 1 : 0;
        BOOST_REQUIRE((step.next > 0ns));
        now += step.next;
      }
      BOOST_TEST((now - start - last <= 30s && now - start - last >= 20s));
      BOOST_TEST(pings == 1);
    }
}

BOOST_AUTO_TEST_CASE(an_answer_to_the_ping_is_enough) {
  steady_time now{};
  liveness_watch watch{{}, now};
  for (std::uint64_t heard = 0; heard < 100; ++heard) {
    BOOST_TEST(!watch.look(now, heard, false).ping);
    now += 10s;
    BOOST_TEST(watch.look(now, heard, false).ping);
    now += 9s;
  }
}

BOOST_AUTO_TEST_CASE(while_paused_the_clock_stands_still) {
  steady_time now{};
  liveness_watch watch{{}, now};
  now += 10s;
  BOOST_TEST(watch.look(now, 0, false).ping);
  for (int i = 0; i < 100; ++i, now += 10s) {
    auto step = watch.look(now, 0, true);
    BOOST_TEST((!step.ping && !step.dead));
  }
  // Reading again, it has its full time.
  BOOST_TEST(watch.look(now, 0, false).ping);
  BOOST_TEST(!watch.look(now + 9s, 0, false).dead);
  BOOST_TEST(watch.look(now + 10s, 0, false).dead);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(plan)

BOOST_AUTO_TEST_CASE(agents_fill_slots_in_their_order_and_once) {
  slot_plan plan{50, 500};
  auto change = plan.add(agents(0, 120));
  BOOST_TEST((change.hired == 120u && change.slots == std::set<std::uint32_t>{0, 1, 2}));
  BOOST_TEST(plan.add(agents(0, 120)).slots.empty());
  BOOST_TEST((plan.agents(0)->size() == 50u && plan.agents(2)->size() == 20u && plan.agents(3)->empty()));
  BOOST_TEST((plan.slot_of("a049") == 0u && plan.slot_of("a050") == 1u && plan.slot_of("z") == slot_plan::no_slot));
}

BOOST_AUTO_TEST_CASE(an_agent_leaves_after_missing_from_two_listings_in_a_row) {
  slot_plan plan{50, 500};
  plan.follow(listing({{0, 100}}));
  BOOST_TEST(plan.follow(listing({{1, 100}})).left == 0u);
  BOOST_TEST(plan.follow(listing({{0, 100}})).left == 0u); // back again: counted anew
  BOOST_TEST(plan.follow(listing({{1, 100}})).left == 0u);
  auto change = plan.follow(listing({{1, 100}}));
  BOOST_TEST((change.left == 1u && change.slots == std::set<std::uint32_t>{0}));
  BOOST_TEST(plan.slot_of("a000") == slot_plan::no_slot);
}

BOOST_AUTO_TEST_CASE(a_plan_that_becomes_another_one_moves_nobody_who_stays) {
  slot_plan plan{50, 500};
  plan.add(agents(0, 120));
  auto wanted = agents(10, 130);
  auto change = plan.become(wanted);
  BOOST_TEST((change.left == 10u && change.hired == 10u && change.without_place == 0u));
  BOOST_TEST((change.slots == std::set<std::uint32_t>{0}));
  for (int i = 10; i < 120; ++i) BOOST_TEST(plan.slot_of(agent(i)->key()) == static_cast<std::uint32_t>(i) / 50);
  BOOST_TEST((plan.slot_of("a000") == slot_plan::no_slot && plan.slot_of("a129") == 0u));
  change = plan.become(wanted);
  BOOST_TEST((change.slots.empty() && change.left + change.hired == 0u));
}

BOOST_AUTO_TEST_CASE(how_many_listings_may_miss_an_agent_is_the_tenants) {
  for (std::uint32_t missed : {1u, 2u, 5u}) {
    slot_plan plan{50, 500, missed};
    plan.follow(listing({{0, 100}}));
    for (std::uint32_t i = 1; i < missed; ++i) BOOST_TEST(plan.follow(listing({{1, 100}})).left == 0u);
    BOOST_TEST(plan.follow(listing({{1, 100}})).left == 1u);
  }
}

BOOST_AUTO_TEST_CASE(a_new_agent_fills_a_free_place_and_nobody_else_moves) {
  slot_plan plan{50, 500};
  plan.follow(listing({{0, 150}}));
  plan.follow(listing({{0, 10}, {11, 150}}));
  auto change = plan.follow(listing({{0, 10}, {11, 151}}));
  BOOST_TEST((change.left == 1u && change.hired == 1u && change.slots == std::set<std::uint32_t>{0}));
  BOOST_TEST(plan.slot_of("a150") == 0u);
  for (int i = 0; i < 150; ++i)
    if (i != 10) BOOST_TEST(plan.slot_of(agent(i)->key()) == static_cast<std::uint32_t>(i) / 50);
}

BOOST_AUTO_TEST_CASE(whoever_nobody_joins_or_leaves_keeps_its_very_group) {
  slot_plan plan{50, 500};
  auto listed = listing({{0, 120}});
  plan.follow(listed);
  std::vector<agent_group_ptr> before{plan.agents(0), plan.agents(1), plan.agents(2)};
  BOOST_TEST((*before[0])[0] == listed.agents[0].who); // the listing's own, not a copy
  plan.follow(listing({{0, 130}}));
  BOOST_TEST((plan.agents(0) == before[0] && plan.agents(1) == before[1] && plan.agents(2) != before[2]));
  BOOST_TEST((before[2]->size() == 20u && plan.agents(2)->size() == 30u));
  BOOST_TEST((*plan.agents(2))[19] == (*before[2])[19]);
}

BOOST_AUTO_TEST_CASE(an_emptied_slot_is_changed_and_used_again) {
  slot_plan plan{1, 2};
  plan.follow(listing({{0, 2}}));
  plan.follow(listing({{1, 2}}));
  auto change = plan.follow(listing({{1, 2}}));
  BOOST_TEST((change.slots == std::set<std::uint32_t>{0} && plan.agents(0)->empty()));
  BOOST_TEST((plan.slots() == std::vector<std::uint32_t>{1}));
  BOOST_TEST((plan.add(agents(5, 6)).slots == std::set<std::uint32_t>{0}));
}

BOOST_AUTO_TEST_CASE(nobody_is_planned_into_a_slot_that_monitors_nobody_any_more) {
  slot_plan plan{2, 2};
  plan.add(agents(0, 3));
  plan.close(1);
  BOOST_TEST(plan.add(agents(3, 4)).without_place == 1u);
  plan.reopen(1);
  BOOST_TEST((plan.add(agents(3, 4)).slots == std::set<std::uint32_t>{1}));
  slot_plan roomy{2, 3};
  roomy.add(agents(0, 1));
  roomy.close(0);
  BOOST_TEST((roomy.add(agents(1, 2)).slots == std::set<std::uint32_t>{1}));
}

BOOST_AUTO_TEST_CASE(agents_that_do_not_fit_are_counted) {
  slot_plan plan{50, 2};
  auto change = plan.add(agents(0, 130));
  BOOST_TEST((change.hired == 100u && change.without_place == 30u));
  BOOST_TEST((plan.agents_planned() == 100u && plan.places() == 100u));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(permits)

BOOST_AUTO_TEST_CASE(a_connect_storm_is_paced_first_come_first_served) {
  connect_permits permits{limits(20, 500)};
  for (std::uint32_t slot = 0; slot < 100; ++slot) permits.wanted({slot, 1, false});
  std::uint32_t next = 0;
  for (auto given = permits.grants(100); !given.empty(); given = permits.grants(100)) {
    BOOST_TEST(permits.in_flight() == 20u);
    for (auto& grant : given) {
      BOOST_TEST(grant.slot == next++);
      permits.settled({grant.slot, grant.leave.number});
    }
  }
  BOOST_TEST(next == 100u);
}

BOOST_AUTO_TEST_CASE(a_newer_wish_replaces_an_older_one_and_an_unknown_leave_settles_nothing) {
  connect_permits permits{limits(1, 500)};
  permits.wanted({0, 1, false});
  permits.wanted({0, 2, true});
  permits.wanted({0, 3, false});
  auto given = permits.grants(1);
  BOOST_REQUIRE(given.size() == 1u);
  BOOST_TEST((given[0].leave.number == 3u && !given[0].leave.handover));
  permits.settled({0, 2});
  permits.settled({1, 3});
  BOOST_TEST(permits.in_flight() == 1u);
  permits.removed(0);
  BOOST_TEST(permits.in_flight() == 0u);
}

BOOST_AUTO_TEST_CASE(hand_overs_come_after_connects_and_a_few_at_a_time) {
  connect_permits permits{limits(20, 500)};
  for (std::uint32_t slot = 0; slot < 10; ++slot) permits.wanted({slot, 1, true});
  permits.wanted({10, 1, false});
  auto given = permits.grants(11);
  BOOST_REQUIRE(given.size() == 1u + handovers_at_once);
  BOOST_TEST(given[0].slot == 10u);
  for (std::size_t i = 1; i < given.size(); ++i) BOOST_TEST(given[i].leave.make_before_break);
}

BOOST_AUTO_TEST_CASE(only_as_many_hand_overs_make_before_they_break_as_there_are_free_places) {
  connect_permits permits{limits(20, 12)};
  for (std::uint32_t slot = 0; slot < 10; ++slot) permits.wanted({slot, 1, true});
  auto given = permits.grants(10);
  BOOST_REQUIRE(given.size() == 2u);
  BOOST_TEST((given[0].leave.make_before_break && given[1].leave.make_before_break));
}

BOOST_AUTO_TEST_CASE(without_a_free_place_hand_overs_break_first_one_by_one) {
  connect_permits permits{limits(20, 10)};
  for (std::uint32_t slot = 0; slot < 10; ++slot) permits.wanted({slot, 1, true});
  for (std::uint32_t slot = 0; slot < 10; ++slot) {
    auto given = permits.grants(10);
    BOOST_REQUIRE(given.size() == 1u);
    BOOST_TEST((given[0].slot == slot && !given[0].leave.make_before_break));
    BOOST_TEST(permits.grants(10).empty());
    permits.settled({slot, 1});
  }
}

BOOST_AUTO_TEST_CASE(a_new_slot_waits_until_a_hand_over_gives_its_second_place_back) {
  connect_permits permits{limits(20, 3)};
  permits.wanted({0, 1, true});
  BOOST_TEST(permits.grants(2).size() == 1u);
  permits.wanted({2, 1, false});
  BOOST_TEST(permits.grants(3).empty());
  permits.settled({0, 1});
  BOOST_TEST(permits.grants(3).size() == 1u);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace floorwalker
