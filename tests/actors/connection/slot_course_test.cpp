#include "actors/connection/slot_course.hpp"

#include "messages/close_reasons.hpp"

#include <boost/test/unit_test.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <string>
#include <vector>

namespace floorwalker {
namespace {

using namespace std::chrono_literals;
using lines = std::vector<std::string>;

const stream_end lost{};
const stream_end refused{.kind = stream_end_kind::connect_failed};
const stream_end policy{.code = 1008, .reason = "listener limit"};
const stream_end rate{.code = 1008, .reason = "rate"};
const stream_end expired{.code = 4401};
const stream_end unauthorized{.kind = stream_end_kind::upgrade_refused, .http_status = 401};
const stream_end rejected{.kind = stream_end_kind::rejected, .by_us = true, .code = 1000, .reason = "matrix"};
const stream_end ours{.by_us = true, .code = 1000, .our_reason = std::string{close_reasons::hand_over}};

std::string_view to_text(slot_condition condition) {
  switch (condition) {
  case slot_condition::waiting:
    return "waiting";
  case slot_condition::connecting:
    return "connecting";
  case slot_condition::active:
    return "active";
  case slot_condition::paused:
    return "paused";
  case slot_condition::stopped:
    return "stopped";
  }
  return "?";
}

struct in_words {
  std::string operator()(const open_connection& open) const {
    return fmt::format("open {}{}", open.connection, open.handover ? " as successor" : "");
  }
  std::string operator()(const close_connection& close) const {
    return fmt::format("close {} ({}){}", close.connection, close.reason, close.read_to_end ? " read to end" : "");
  }
  std::string operator()(const want_connect& want) const {
    return fmt::format("want {}{}", want.number, want.handover ? " hand-over" : "");
  }
  std::string operator()(const settle_connect& settle) const { return fmt::format("settle {}", settle.number); }
  std::string operator()(const wait_for_retry& wait) const {
    return fmt::format("retry {} in {} ms", wait.number, wait.delay / 1ms);
  }
  std::string operator()(const renew_token&) const { return "renew token"; }
  std::string operator()(const report_condition& report) const { return std::string{to_text(report.condition)}; }
  std::string operator()(const handover_abandoned&) const { return "abandoned"; }
};

lines words(const slot_commands& commands) {
  lines all;
  for (auto& command : commands) all.push_back(std::visit(in_words{}, command));
  return all;
}

reconnect_settings without_jitter(bool keep_trying = false) {
  reconnect_settings settings;
  settings.jitter = 0;
  settings.keep_trying = keep_trying;
  return settings;
}

/// A course, and the time it lives in. Numbers of connections, wishes and retries count from 1.
struct course_told {
  explicit course_told(bool keep_trying = false) : course_told{without_jitter(keep_trying)} {}
  explicit course_told(const reconnect_settings& settings) : course{settings} {}

  lines begin() { return words(course.begin()); }
  lines renew() { return words(course.renew()); }
  lines new_token() { return words(course.new_token()); }
  lines grant(std::uint64_t wish, bool handover = false, bool free_place = true) {
    return words(course.granted({wish, handover, handover && free_place}));
  }
  lines subscribed(std::uint64_t connection) { return words(course.subscribed(connection, now)); }
  lines ended(std::uint64_t connection, const stream_end& end) { return words(course.ended(connection, end, now, 0)); }
  lines retry(std::uint64_t number) { return words(course.retry_due(number, 0)); }
  lines stop() { return words(course.stop(close_reasons::client_shutdown)); }

  slot_course course;
  steady_time now{};
};

/// Connection 1 is acknowledged.
struct active_course : course_told {
  active_course() { start(); }
  explicit active_course(bool keep_trying) : course_told{keep_trying} { start(); }
  void start() {
    begin();
    grant(1);
    subscribed(1);
  }
};

/// Connection 2 is to take over from connection 1.
struct handing_over : active_course {
  handing_over() {
    renew();
    grant(2, true);
  }
};

bool has(const lines& said, const std::string& line) { return std::ranges::count(said, line) > 0; }

/// How many retries follow when every connect fails, and their waits in seconds. At most `limit` of them.
std::vector<long> retries_until_stopped(course_told& told, std::uint64_t connection, const stream_end& end,
                                        std::size_t limit) {
  std::vector<long> waits;
  while (waits.size() < limit) {
    auto commands = told.course.ended(connection++, end, told.now, 0);
    auto wait = std::ranges::find_if(commands, [](auto& c) { return std::holds_alternative<wait_for_retry>(c); });
    if (wait == commands.end()) break;
    auto& due = std::get<wait_for_retry>(*wait);
    waits.push_back(static_cast<long>(due.delay / 1s));
    for (auto& command : told.course.retry_due(due.number, 0))
      if (auto want = std::get_if<want_connect>(&command)) told.grant(want->number);
  }
  return waits;
}

} // namespace

#define CHECK_LINES(found, ...) BOOST_TEST((found) == (lines __VA_ARGS__), boost::test_tools::per_element())

BOOST_AUTO_TEST_SUITE(connecting)

BOOST_FIXTURE_TEST_CASE(a_slot_asks_for_leave_connects_and_gives_it_back, course_told) {
  CHECK_LINES(begin(), {"want 1", "connecting"});
  CHECK_LINES(grant(1), {"open 1"});
  CHECK_LINES(subscribed(1), {"settle 1", "active"});
}

BOOST_FIXTURE_TEST_CASE(ten_retries_in_a_row_and_then_the_listener_stops, course_told) {
  begin();
  grant(1);
  auto waits = retries_until_stopped(*this, 1, refused, 100);
  BOOST_TEST(waits == (std::vector<long>{1, 2, 4, 8, 16, 30, 30, 30, 30, 30}), boost::test_tools::per_element());
  BOOST_TEST(course.stopped());
  CHECK_LINES(renew(), {});
}

BOOST_AUTO_TEST_CASE(rate_limits_and_protocol_trouble_are_retried_as_often) {
  for (auto& end : {lost, rate, stream_end{.code = 1009}, stream_end{.kind = stream_end_kind::ack_timeout}}) {
    active_course told;
    BOOST_TEST(retries_until_stopped(told, 1, end, 100).size() == 10u);
  }
}

BOOST_FIXTURE_TEST_CASE(retry_after_is_honoured_up_to_an_hour, active_course) {
  stream_end overloaded{.kind = stream_end_kind::upgrade_refused, .http_status = 503, .retry_after = 90s};
  BOOST_TEST(has(ended(1, overloaded), "retry 1 in 90000 ms"));
  retry(1);
  grant(2);
  overloaded.retry_after = 100h;
  BOOST_TEST(has(ended(2, overloaded), "retry 2 in 3600000 ms"));
}

BOOST_AUTO_TEST_CASE(keep_trying_goes_on_every_cap_but_not_against_a_policy) {
  for (auto& final_end : {policy, rejected}) {
    active_course told{true};
    auto waits = retries_until_stopped(told, 1, lost, 1000);
    BOOST_TEST((waits.size() == 1000u && waits.back() == 30));
    BOOST_TEST(has(told.ended(1001, final_end), "stopped"));
  }
}

BOOST_AUTO_TEST_CASE(with_fewer_attempts_it_goes_on_every_cap_after_the_last_of_them) {
  auto settings = without_jitter(true);
  settings.max_attempts = 2;
  course_told told{settings};
  told.begin();
  told.grant(1);
  auto waits = retries_until_stopped(told, 1, refused, 5);
  BOOST_TEST(waits == (std::vector<long>{1, 2, 30, 30, 30}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_connection_that_carried_an_event_or_lived_for_the_cap_is_a_new_beginning) {
  for (auto [event, life, failures] : {std::tuple{true, 0s, 1u}, {false, 30s, 1u}, {false, 29s, 4u}}) {
    active_course told;
    retries_until_stopped(told, 1, refused, 3);
    BOOST_TEST(told.course.failures() == 3u);
    told.subscribed(4);
    if (event) told.course.carried_event(4);
    told.now += life;
    told.ended(4, lost);
    BOOST_TEST(told.course.failures() == failures);
  }
}

BOOST_AUTO_TEST_CASE(a_policy_violation_and_a_reject_stop_the_listener) {
  for (auto& end : {policy, rejected}) {
    active_course told;
    CHECK_LINES(told.ended(1, end), {"stopped"});
    CHECK_LINES(told.retry(1), {});
    CHECK_LINES(told.grant(1), {"settle 1"});
    told.stop();
    BOOST_TEST(told.course.finished());
  }
}

BOOST_FIXTURE_TEST_CASE(a_leave_that_is_not_wanted_any_more_is_given_back, active_course) {
  CHECK_LINES(grant(1), {"settle 1"});
  CHECK_LINES(grant(7, true), {"settle 7"});
}

BOOST_FIXTURE_TEST_CASE(only_the_connection_that_is_read_can_pause, handing_over) {
  CHECK_LINES(words(course.paused(1, true)), {"paused"});
  CHECK_LINES(words(course.paused(1, false)), {"active"});
  CHECK_LINES(words(course.paused(2, true)), {});
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(hand_over)

BOOST_FIXTURE_TEST_CASE(with_a_free_place_it_makes_before_it_breaks, active_course) {
  CHECK_LINES(renew(), {"want 2 hand-over"});
  CHECK_LINES(grant(2, true), {"open 2 as successor"});
  CHECK_LINES(subscribed(2), {"close 1 (Hand-over) read to end", "active"});
  CHECK_LINES(ended(1, ours), {"settle 2"}); // only now its second place is free
}

BOOST_FIXTURE_TEST_CASE(without_one_it_breaks_before_it_makes, active_course) {
  renew();
  CHECK_LINES(grant(2, true, false), {"close 1 (Hand-over) read to end"});
  CHECK_LINES(ended(1, ours), {"open 2", "connecting"});
  CHECK_LINES(subscribed(2), {"settle 2", "active"});
  BOOST_TEST(course.failures() == 0u);
}

BOOST_FIXTURE_TEST_CASE(a_token_that_is_refused_while_it_breaks_is_renewed_and_not_tried_again, active_course) {
  renew(); // by the plan: the token is the same
  CHECK_LINES(grant(2, true, false), {"close 1 (Hand-over) read to end"});
  auto said = ended(1, {.code = 4401, .reason = "token"});
  BOOST_TEST(has(said, "renew token"));
  BOOST_TEST(!has(said, "open 2"));
}

BOOST_FIXTURE_TEST_CASE(renewals_that_come_meanwhile_are_one_more_hand_over, handing_over) {
  CHECK_LINES(renew(), {});
  CHECK_LINES(renew(), {});
  subscribed(2);
  CHECK_LINES(ended(1, ours), {"settle 2", "want 3 hand-over"});
}

BOOST_AUTO_TEST_CASE(an_abandoned_hand_over_never_stops_the_old_connection) {
  for (auto& end : {policy, rejected}) {
    handing_over told;
    CHECK_LINES(told.ended(2, end), {"settle 2", "abandoned"});
    BOOST_TEST(!told.course.stopped());
    CHECK_LINES(told.renew(), {"want 3 hand-over"}); // the next renewal tries again
  }
}

BOOST_AUTO_TEST_CASE(with_keep_trying_a_hand_over_is_not_given_up) {
  active_course told{true};
  told.renew();
  told.grant(2, true);
  for (std::uint64_t connection = 2; connection < 100; ++connection) {
    BOOST_TEST(!has(told.ended(connection, refused), "abandoned"));
    told.retry(connection - 1);
    told.grant(connection + 1, true);
  }
  BOOST_TEST(has(told.ended(100, policy), "abandoned"));
  BOOST_TEST(!told.course.stopped());
}

BOOST_FIXTURE_TEST_CASE(a_hand_over_that_fails_is_tried_ten_times_again, handing_over) {
  std::size_t retries = 0;
  for (std::uint64_t connection = 2;; ++connection, ++retries) {
    auto said = ended(connection, refused);
    if (has(said, "abandoned")) break;
    BOOST_TEST(!has(said, "waiting"));
    CHECK_LINES(retry(retries + 1), {fmt::format("want {} hand-over", retries + 3)});
    grant(retries + 3, true);
  }
  BOOST_TEST(retries == 10u);
  BOOST_TEST((!course.stopped() && course.failures() == 0u));
}

BOOST_FIXTURE_TEST_CASE(when_the_old_connection_is_lost_the_new_one_is_the_retry, handing_over) {
  CHECK_LINES(ended(1, lost), {"connecting"});
  CHECK_LINES(subscribed(2), {"settle 2", "active"});
}

BOOST_FIXTURE_TEST_CASE(when_the_old_connection_is_lost_while_leave_is_awaited_it_is_a_plain_retry, active_course) {
  renew();
  CHECK_LINES(ended(1, lost), {"retry 1 in 1000 ms", "waiting"});
  CHECK_LINES(grant(2, true), {"settle 2"});
  CHECK_LINES(retry(1), {"want 3", "connecting"});
}

BOOST_FIXTURE_TEST_CASE(a_policy_violation_on_the_old_connection_ends_the_new_one_too, handing_over) {
  CHECK_LINES(ended(1, policy), {"close 2 (Hand-over)", "stopped"});
  CHECK_LINES(subscribed(2), {}); // its acknowledgement was on its way
  ended(2, ours);
  stop();
  BOOST_TEST(course.finished());
}

BOOST_FIXTURE_TEST_CASE(a_successor_that_dies_while_the_old_one_closes_is_retried, handing_over) {
  subscribed(2);
  CHECK_LINES(ended(2, lost), {"retry 1 in 1000 ms", "waiting"});
  CHECK_LINES(ended(1, ours), {"settle 2"});
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(refused_token)

BOOST_AUTO_TEST_CASE(it_is_renewed_once_and_the_retry_after_the_delay_uses_the_new_one) {
  for (auto& end : {expired, unauthorized}) {
    active_course told;
    CHECK_LINES(told.ended(1, end), {"renew token", "retry 1 in 1000 ms", "waiting"});
    CHECK_LINES(told.new_token(), {}); // before the delay is over
    CHECK_LINES(told.retry(1), {"want 2", "connecting"});
    told.grant(2);
    // The new token is refused as well: no second renewal, the policy alone rules.
    CHECK_LINES(told.ended(2, end), {"settle 2", "retry 2 in 2000 ms", "waiting"});
    CHECK_LINES(told.retry(2), {"want 3", "connecting"});
    told.grant(3);
    told.subscribed(3);
    told.course.carried_event(3);
    CHECK_LINES(told.ended(3, end), {"renew token", "retry 3 in 1000 ms", "waiting"});
  }
}

BOOST_FIXTURE_TEST_CASE(it_is_not_tried_again_and_a_new_one_that_comes_late_is_tried_at_once, active_course) {
  ended(1, expired);
  CHECK_LINES(retry(1), {"retry 2 in 2000 ms", "waiting"});
  CHECK_LINES(retry(2), {"retry 3 in 4000 ms", "waiting"});
  CHECK_LINES(new_token(), {"want 2", "connecting"});
  CHECK_LINES(retry(3), {}); // overtaken
  BOOST_TEST(course.failures() == 3u);
}

BOOST_FIXTURE_TEST_CASE(a_renewal_of_agents_is_no_new_token, active_course) {
  ended(1, expired);
  CHECK_LINES(renew(), {});
  CHECK_LINES(retry(1), {"retry 2 in 2000 ms", "waiting"});
}

BOOST_FIXTURE_TEST_CASE(an_older_token_than_the_newest_needs_no_renewal, active_course) {
  new_token(); // a hand-over waits for its leave
  CHECK_LINES(ended(1, expired), {"retry 1 in 1000 ms", "waiting"});
  CHECK_LINES(retry(1), {"want 3", "connecting"});
}

BOOST_FIXTURE_TEST_CASE(on_a_hand_over_it_is_renewed_and_the_old_connection_stays, handing_over) {
  CHECK_LINES(ended(2, unauthorized), {"settle 2", "renew token", "retry 1 in 1000 ms"});
  CHECK_LINES(retry(1), {"retry 2 in 2000 ms"});
  CHECK_LINES(new_token(), {"want 3 hand-over"});
  CHECK_LINES(retry(2), {});
}

/// What the policy says when the token endpoint gives nothing any more, and what a token then does.
const struct {
  const char* sentence;
  bool keep_trying;
  bool handover;
  std::size_t waits; ///< of the first 20 retries; after them the listener has stopped, or gave the hand-over up
} outages[] = {
    {"a listener stops after the tenth", false, false, 10},
    {"or never", true, false, 20},
    {"a hand-over is given up after the tenth", false, true, 10},
    {"or never", true, true, 20},
};

BOOST_AUTO_TEST_CASE(if_no_new_one_comes_every_delay_that_passes_is_a_failed_retry) {
  for (auto& row : outages) BOOST_TEST_CONTEXT(row.sentence << (row.handover ? " (hand-over)" : "")) {
      active_course told{row.keep_trying};
      if (row.handover) {
        told.renew();
        told.grant(2, true);
      }
      std::vector<long> waits;
      auto commands = told.course.ended(row.handover ? 2 : 1, unauthorized, told.now, 0);
      while (waits.size() < 20) {
        auto wait = std::ranges::find_if(commands, [](auto& c) { return std::holds_alternative<wait_for_retry>(c); });
        if (wait == commands.end()) break;
        auto due = std::get<wait_for_retry>(*wait);
        waits.push_back(static_cast<long>(due.delay / 1s));
        commands = told.course.retry_due(due.number, 0);
        BOOST_TEST(std::ranges::none_of(commands, [](auto& c) { return std::holds_alternative<want_connect>(c); }));
      }
      BOOST_TEST(waits.size() == row.waits);
      std::vector<long> first{1, 2, 4, 8, 16, 30, 30, 30, 30, 30};
      BOOST_TEST(std::ranges::equal(first, std::span{waits}.first(10)));
      BOOST_TEST(told.course.stopped() == (!row.keep_trying && !row.handover));
      BOOST_TEST(has(told.new_token(), "want 2") == (row.keep_trying && !row.handover));
    }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(stopping)

BOOST_AUTO_TEST_CASE(a_stop_in_any_phase_closes_what_is_open_and_starts_nothing) {
  struct phase {
    const char* sentence;
    std::vector<std::string> steps;
    lines said;
  };
  const phase phases[] = {
      {"before the first token", {}, {}},
      {"waiting for leave", {"begin"}, {}},
      {"connecting", {"begin", "grant 1"}, {"close 1 (Client shutdown)"}},
      {"subscribed", {"begin", "grant 1", "up 1"}, {"close 1 (Client shutdown)"}},
      {"waiting for a retry", {"begin", "grant 1", "lost 1"}, {}},
      {"waiting for leave to hand over", {"begin", "grant 1", "up 1", "renew"}, {"close 1 (Client shutdown)"}},
      {"opening a successor",
       {"begin", "grant 1", "up 1", "renew", "over 2"},
       {"close 1 (Client shutdown)", "close 2 (Client shutdown)"}},
      {"closing the old one", {"begin", "grant 1", "up 1", "renew", "over 2", "up 2"}, {"close 2 (Client shutdown)"}},
      {"breaking before making", {"begin", "grant 1", "up 1", "renew", "break 2"}, {"close 1 (Client shutdown)"}},
      {"stopped", {"begin", "grant 1", "violated 1"}, {}},
  };
  for (auto& told : phases) BOOST_TEST_CONTEXT(told.sentence) {
      course_told one;
      for (auto& step : told.steps) {
        auto number = step.back() >= '0' && step.back() <= '9' ? static_cast<std::uint64_t>(step.back() - '0') : 0;
        if (step == "begin") one.begin();
        if (step == "renew") one.renew();
        if (step.starts_with("grant")) one.grant(number);
        if (step.starts_with("over")) one.grant(number, true);
        if (step.starts_with("break")) one.grant(number, true, false);
        if (step.starts_with("up")) one.subscribed(number);
        if (step.starts_with("lost")) one.ended(number, lost);
        if (step.starts_with("violated")) one.ended(number, policy);
      }
      BOOST_TEST(one.stop() == told.said, boost::test_tools::per_element());
      CHECK_LINES(one.stop(), {});
      CHECK_LINES(one.renew(), {});
      CHECK_LINES(one.retry(1), {});
      one.ended(1, ours);
      CHECK_LINES(one.subscribed(2), {}); // an acknowledgement that crossed the stop
      one.ended(2, ours);
      BOOST_TEST(one.course.finished());
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace floorwalker
