#include "tests/actors/connection/supervised_floor.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

namespace floorwalker {
namespace {

using namespace std::chrono_literals;
using lines = std::vector<std::string>;

} // namespace

#define CHECK_LINES(found, ...) BOOST_TEST((found) == (lines __VA_ARGS__), boost::test_tools::per_element())

BOOST_AUTO_TEST_SUITE(supervisor)

BOOST_FIXTURE_TEST_CASE(agents_are_spread_over_slots_and_answered_for, testing::supervised_floor) {
  BOOST_TEST(stream->connections.size() == 2u);
  BOOST_TEST(told->back() == "2 active, 0 reconnecting, 0 stopped");
  auto all = ask<std::vector<agent_status>>(supervisor, agents_query{});
  BOOST_TEST(all.value().size() == 60u);
  auto one = ask<agent_status>(supervisor, status_query{"550e8400-e29b-41d4-a716-000000000055"});
  BOOST_TEST(one.value().agent_id() == "550e8400-e29b-41d4-a716-000000000055");
}

BOOST_FIXTURE_TEST_CASE(an_answer_that_has_to_be_complete_does_not_wait_for_a_listener_that_is_gone_for_good,
                        testing::supervised_floor) {
  auto complete = ask<std::vector<agent_status>>(supervisor, agents_query{.complete = true});
  BOOST_TEST(complete.value().size() == 60u);
  fail_first_listener();
  for (auto whole : {true, false})
    BOOST_TEST(ask<std::vector<agent_status>>(supervisor, agents_query{.complete = whole}).value().size() == 10u);
}

BOOST_FIXTURE_TEST_CASE(a_lost_listener_comes_back_and_the_other_one_stays, testing::supervised_floor) {
  stream->connections[0]->end({});
  run();
  BOOST_TEST(told->back() == "1 active, 1 reconnecting, 0 stopped");
  pass(1s);
  BOOST_TEST(stream->connections.size() == 3u);
  subscribe_new();
  BOOST_TEST(told->back() == "2 active, 0 reconnecting, 0 stopped");
  BOOST_TEST(!stream->connections[1]->over);
}

BOOST_FIXTURE_TEST_CASE(when_the_last_listener_has_stopped_the_tenant_has_failed, testing::supervised_floor) {
  stream->connections[0]->end({.code = 1008, .reason = "no"});
  run();
  BOOST_TEST(std::ranges::count(*told, "listener 0 stopped") == 1);
  BOOST_TEST(told->back() == "1 active, 0 reconnecting, 1 stopped");
  stream->connections[1]->end({.code = 1008, .reason = "no"});
  run();
  BOOST_TEST(std::ranges::count_if(*told, [](auto& line) { return line.starts_with("failed: no listener is left"); }) ==
             1);
}

BOOST_FIXTURE_TEST_CASE(a_refused_token_is_renewed_once_and_the_new_one_is_tried_after_the_delay,
                        testing::supervised_floor) {
  stream->connections[0]->end({.code = 4401});
  run();
  BOOST_TEST(std::ranges::count(*told, "token 1 refused") == 1);
  pass(500ms);
  give_token(2); // hands the other listener over at once
  BOOST_TEST(stream->connections.size() == 3u);
  subscribe_new();
  pass(500ms - 1ns);
  BOOST_TEST(stream->connections.size() == 3u);
  pass(1ns);
  BOOST_REQUIRE(stream->connections.size() == 4u);
  BOOST_TEST(newest().request.slot == 0u);
  BOOST_TEST(newest().request.token->number() == 2u);
  newest().end({.kind = stream_end_kind::upgrade_refused, .http_status = 401});
  pass(2s);
  BOOST_TEST(stream->connections.size() == 5u); // the new one is refused too: the policy's retries, no more renewals
  BOOST_TEST(std::ranges::count_if(*told, [](auto& line) { return line.ends_with("refused"); }) == 1);
}

BOOST_FIXTURE_TEST_CASE(a_refused_token_is_never_tried_again, testing::supervised_floor) {
  stream->connections[0]->end({.code = 4401});
  pass(7s); // retries would have been due after 1, 2 and 4 s
  BOOST_TEST(stream->connections.size() == 2u);
  give_token(2);
  BOOST_TEST(std::ranges::any_of(stream->connections,
                                 [](auto& c) { return c->request.slot == 0 && c->request.token->number() == 2; }));
}

BOOST_FIXTURE_TEST_CASE(without_a_new_token_the_listener_stops_after_ten_retries, testing::supervised_floor) {
  stream->connections[1]->answers_pings = true;
  stream->connections[0]->end({.code = 4401});
  pass(1s + 2s + 4s + 8s + 16s + 5 * 30s - 1ns);
  BOOST_TEST(std::ranges::count(*told, "listener 0 stopped") == 0);
  pass(1ns);
  BOOST_TEST(std::ranges::count(*told, "listener 0 stopped") == 1);
  BOOST_TEST(stream->connections.size() == 2u);
  give_token(2);
  BOOST_TEST(std::ranges::none_of(stream->connections,
                                  [](auto& c) { return c->request.slot == 0 && c->request.token->number() == 2; }));
}

BOOST_AUTO_TEST_CASE(with_keep_trying_a_token_outage_is_not_final) {
  testing::supervised_floor floor{true};
  floor.stream->connections[1]->answers_pings = true;
  floor.stream->connections[0]->end({.code = 4401});
  floor.pass(3h);
  BOOST_TEST(floor.stream->connections.size() == 2u);
  floor.give_token(2);
  floor.subscribe_new();
  BOOST_TEST(floor.told->back() == "2 active, 0 reconnecting, 0 stopped");
}

BOOST_FIXTURE_TEST_CASE(a_new_token_hands_every_listener_over, testing::supervised_floor) {
  give_token(2);
  BOOST_TEST(stream->connections.size() == 4u);
  BOOST_TEST((!stream->connections[0]->over && !stream->connections[1]->over));
  subscribe_new();
  for (std::size_t i = 0; i < 4; ++i) {
    BOOST_TEST(stream->connections[i]->over == (i < 2));
    BOOST_TEST(stream->connections[i]->request.token->number() == (i < 2 ? 1u : 2u));
  }
  BOOST_TEST(told->back() == "2 active, 0 reconnecting, 0 stopped");
}

BOOST_FIXTURE_TEST_CASE(a_stop_is_answered_when_every_connection_is_closed, testing::supervised_floor) {
  auto pending = self->request(supervisor, caf::infinite, stop_command{});
  run();
  BOOST_TEST((self->peek_at_next_mailbox_element() != nullptr));
  for (auto& connection : stream->connections) CHECK_LINES(connection->calls, {"close 1000 Client shutdown"});
}

BOOST_FIXTURE_TEST_CASE(a_listener_that_failed_again_and_again_stops_alone_and_holds_up_no_stop,
                        testing::supervised_floor) {
  fail_first_listener();
  BOOST_TEST(std::ranges::count(*told, "listener 0 stopped") == 1);
  journal->broken = false;
  BOOST_TEST(!stream->connections[1]->over);
  auto pending = self->request(supervisor, caf::infinite, stop_command{});
  run();
  BOOST_TEST((self->peek_at_next_mailbox_element() != nullptr));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace floorwalker
