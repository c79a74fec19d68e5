#include "actors/connection/connection_supervisor.hpp"
#include "actors/connection/socket.hpp"

#include "messages/close_reasons.hpp"
#include "tests/actors/log_lines.hpp"
#include "tests/actors/scripted_stream.hpp"
#include "tests/actors/virtual_floor.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <fmt/format.h>

#include <string>
#include <vector>

namespace floorwalker {
namespace {

using namespace std::chrono_literals;
using lines = std::vector<std::string>;
using testing::scripted_connection;
using testing::scripted_stream;

struct kept_log {
  testing::log_lines log;
};

/// The neighbours of a slot, which write down what they hear.
class slot_floor : public kept_log, public testing::virtual_floor {
public:
  slot_floor() {
    slot = system.spawn([seen = heard]() -> slot_actor::behavior_type {
      return {[](const access_token_ptr&) {},
              [](const agent_group_ptr&) {},
              [](const connect_granted&) {},
              [seen](const stream_report& report) {
                static const char* const stages[] = {"subscribed", "carried event", "paused", "resumed", "ended"};
                seen->push_back(stages[static_cast<std::size_t>(report.stage)]);
                if (report.stage != stream_stage::ended) return;
                static const char* const kinds[] = {"closed", "connect failed", "refused", "rejected", "ack timeout"};
                seen->back() +=
                    fmt::format(" {} {}", kinds[static_cast<std::size_t>(report.end.kind)], report.end.code);
              },
              [](const timer_fired&) {},
              [](const status_query&) { return agent_status{}; },
              [](const agents_query&) { return std::vector<agent_status>{}; },
              [](const stop_command&) {}};
    });
    tracker = system.spawn([]() -> tracker_actor::behavior_type {
      return {[](const source_planned&) {},
              [](const source_opened&) {},
              [](const observation_batch_ptr&) {},
              [](const source_ended&) {},
              [](const status_query&) { return agent_status{}; },
              [](const agents_query&) { return std::vector<agent_status>{}; },
              [](const stop_command&) {}};
    });
  }

  scripted_connection& connect() {
    tenant_settings settings;
    auto token = std::make_shared<const access_token>("t", 1);
    socket = spawn_socket(system, {1, 0, token, "{}"}, settings, stream, {slot, tracker});
    run();
    return *stream->connections.back();
  }

  std::shared_ptr<lines> heard = std::make_shared<lines>();
  std::shared_ptr<scripted_stream> stream = std::make_shared<scripted_stream>();
  slot_actor slot;
  tracker_actor tracker;
  socket_actor socket;
};

} // namespace

#define CHECK_LINES(found, ...) BOOST_TEST((found) == (lines __VA_ARGS__), boost::test_tools::per_element())

BOOST_AUTO_TEST_SUITE(sockets)

BOOST_FIXTURE_TEST_CASE(a_connection_that_does_not_come_about_is_dropped_after_15_seconds, slot_floor) {
  auto& connection = connect();
  pass(15s - 1ns);
  CHECK_LINES(connection.calls, {});
  pass(1ns);
  CHECK_LINES(connection.calls, {"drop: no connection in time"});
  CHECK_LINES(*heard, {"ended connect failed 1006"});
}

BOOST_FIXTURE_TEST_CASE(no_answer_to_the_subscription_within_5_seconds_closes_with_1000, slot_floor) {
  auto& connection = connect();
  connection.upgraded = true;
  pass(14s);
  self->send(connection.socket, stream_upgraded{});
  pass(5s - 1ns);
  CHECK_LINES(connection.calls, {});
  pass(1ns);
  CHECK_LINES(connection.calls, {"close 1000 No answer to the subscription"});
  CHECK_LINES(*heard, {"ended ack timeout 1000"});
}

BOOST_FIXTURE_TEST_CASE(a_gateway_that_answers_neither_subscription_nor_close_is_dropped, slot_floor) {
  auto& connection = connect();
  connection.upgraded = true;
  connection.answers_closes = false;
  self->send(connection.socket, stream_upgraded{});
  pass(5s);
  self->send(connection.socket, stream_subscribed{}); // too late
  pass(10s);
  CHECK_LINES(connection.calls, {"close 1000 No answer to the subscription", "drop: no answer to our close in time"});
  CHECK_LINES(*heard, {"ended ack timeout 1006"});
}

BOOST_FIXTURE_TEST_CASE(a_silent_connection_is_pinged_and_then_dropped, slot_floor) {
  auto& connection = connect();
  connection.subscribe(wall.now());
  pass(10s);
  CHECK_LINES(connection.calls, {"ping"});
  ++connection.heard;
  pass(20s); // heard at 20 s, pinged at 30 s
  CHECK_LINES(connection.calls, {"ping", "ping"});
  pass(10s);
  CHECK_LINES(connection.calls, {"ping", "ping", "drop: no answer to our ping"});
  CHECK_LINES(*heard, {"subscribed", "ended closed 1006"});
}

BOOST_FIXTURE_TEST_CASE(a_paused_connection_is_never_dropped_for_its_silence, slot_floor) {
  auto& connection = connect();
  connection.subscribe(wall.now());
  run();
  connection.suspended = true;
  pass(1h);
  connection.suspended = false;
  pass(10s);
  CHECK_LINES(*heard, {"subscribed", "paused", "resumed"});
  BOOST_TEST(!connection.over);
}

BOOST_FIXTURE_TEST_CASE(an_actor_that_is_killed_gives_its_connection_up, slot_floor) {
  auto& connection = connect();
  connection.subscribe(wall.now());
  run();
  self->send_exit(connection.socket, caf::exit_reason::user_shutdown);
  run();
  CHECK_LINES(connection.calls, {"drop: its actor ended"});
}

BOOST_FIXTURE_TEST_CASE(only_the_first_close_counts, slot_floor) {
  auto& connection = connect();
  connection.answers_closes = false;
  connection.subscribe(wall.now());
  run();
  self->send(connection.socket, close_stream{1000, "Hand-over", true});
  self->send(connection.socket, close_stream{1000, "Client shutdown", false});
  run();
  CHECK_LINES(connection.calls, {"close 1000 Hand-over read to end"});
}

BOOST_AUTO_TEST_SUITE_END()

namespace {

/// A supervisor of 60 configured agents, hence of two slots, with a journal that takes everything.
class supervised_floor : public slot_floor {
public:
  supervised_floor() {
    auto settings = std::make_shared<tenant_settings>();
    settings->name = "acme";
    settings->reconnect.jitter = 0;
    for (int i = 0; i < 60; ++i) settings->agents.push_back(fmt::format("550e8400-e29b-41d4-a716-{:012}", i));
    auto tenant = system.spawn([seen = told]() -> tenant_actor::behavior_type {
      return {[](const access_token_ptr&) {},
              [](const renewal_report&) {},
              [](const audit_report&) {},
              [](const alert_raised&) {},
              [](const agent_listing_ptr&) {},
              [seen](const token_refused& refused) { seen->push_back(fmt::format("token {} refused", refused.token)); },
              [seen](const tenant_failed& failed) { seen->push_back("failed: " + failed.sentence); },
              [seen](const listener_counts& counts) {
                seen->push_back(fmt::format("{} active, {} reconnecting, {} stopped", counts.active,
                                            counts.reconnecting, counts.stopped));
              },
              [](caf::get_atom) { return system_metrics{}; },
              [](const status_query&) { return agent_status{}; },
              [](const agents_query&) { return std::vector<agent_status>{}; },
              [](const timer_fired&) {},
              [](const stop_command&) { return system_metrics{}; }};
    });
    auto metrics = system.spawn([]() -> metrics_actor::behavior_type {
      return {[](const committed_batch_ptr&) {}, [](const listener_counts&) {}, [](const alert_raised&) {},
              [](caf::get_atom) { return system_metrics{}; }, [](const stop_command&) {}};
    });
    auto alerts = system.spawn([seen = told]() -> alerts_actor::behavior_type {
      return {
          [](const committed_batch_ptr&) {},
          [seen](const listener_stopped& gone) { seen->push_back(fmt::format("listener {} stopped", gone.listener)); },
          [](const renewal_report&) {},
          [](const audit_report&) {},
          [](const timer_fired&) {},
          [](const stop_command&) {}};
    });
    auto journal = system.spawn([broken = journal_broken]() -> journal_actor::behavior_type {
      return {[broken](const draft_batch_ptr&) -> caf::result<void> {
                if (*broken) return caf::make_error(floor_error::crashed);
                return {};
              },
              [](const trail_progress&) {}, [](const follow_trail&) {}, [](const timer_fired&) {},
              [](const stop_command&) {}};
    });
    auto roster = system.spawn([]() -> roster_actor::behavior_type {
      return {[](const access_token_ptr&) {}, [](const directory_answered&) {},
              [](const listing_wanted&) { return agent_listing_ptr{std::make_shared<agent_listing>()}; },
              [](const timer_fired&) {}, [](const stop_command&) {}};
    });
    supervisor = spawn_connection_supervisor(system, settings, stream, {tenant, metrics, alerts, journal, roster}, 1);
    give_token(1);
    subscribe_new();
  }

  ~supervised_floor() { // timers that are left over run at the end, and these would never end
    self->send_exit(supervisor, caf::exit_reason::kill);
    run();
  }

  void give_token(std::uint64_t number) {
    self->send(supervisor, access_token_ptr{std::make_shared<const access_token>("t", number)});
    run();
  }

  /// The gateway acknowledges whatever was connected since.
  void subscribe_new() {
    for (; subscribed < stream->connections.size(); ++subscribed)
      stream->connections[subscribed]->subscribe(wall.now());
    run();
  }

  scripted_connection& newest() { return *stream->connections.back(); }

  std::shared_ptr<lines> told = std::make_shared<lines>();
  std::shared_ptr<bool> journal_broken = std::make_shared<bool>(false);
  std::size_t subscribed = 0;
  connection_supervisor_actor supervisor;
};

} // namespace

BOOST_AUTO_TEST_SUITE(supervisor)

BOOST_FIXTURE_TEST_CASE(agents_are_spread_over_slots_and_answered_for, supervised_floor) {
  BOOST_TEST(stream->connections.size() == 2u);
  BOOST_TEST(told->back() == "2 active, 0 reconnecting, 0 stopped");
  auto all = ask<std::vector<agent_status>>(supervisor, agents_query{});
  BOOST_TEST(all.value().size() == 60u);
  auto one = ask<agent_status>(supervisor, status_query{"550e8400-e29b-41d4-a716-000000000055"});
  BOOST_TEST(one.value().agent_id == "550e8400-e29b-41d4-a716-000000000055");
}

BOOST_FIXTURE_TEST_CASE(an_answer_that_has_to_be_complete_is_none_when_a_listener_can_not_tell, supervised_floor) {
  auto complete = ask<std::vector<agent_status>>(supervisor, agents_query{.complete = true});
  BOOST_TEST(complete.value().size() == 60u);
  *journal_broken = true; // every tracker that drafts something ends
  for (int i = 0; i < 10 && told->back() != "listener 0 stopped"; ++i) {
    stream->connections[i == 0 ? 0 : stream->connections.size() - 1]->end({});
    run();
    pass(2s);
    subscribe_new();
  }
  auto half = self->request(supervisor, caf::infinite, agents_query{.complete = true});
  run();
  BOOST_REQUIRE((self->peek_at_next_mailbox_element() != nullptr));
  half.receive([](const std::vector<agent_status>&) { BOOST_ERROR("listener 0 is gone"); },
               [](caf::error& error) { BOOST_TEST((error == floor_error::incomplete)); });
  auto some = ask<std::vector<agent_status>>(supervisor, agents_query{});
  BOOST_TEST(some.value().size() == 10u);
}

BOOST_FIXTURE_TEST_CASE(a_lost_listener_comes_back_and_the_other_one_stays, supervised_floor) {
  stream->connections[0]->end({});
  run();
  BOOST_TEST(told->back() == "1 active, 1 reconnecting, 0 stopped");
  pass(1s);
  BOOST_TEST(stream->connections.size() == 3u);
  subscribe_new();
  BOOST_TEST(told->back() == "2 active, 0 reconnecting, 0 stopped");
  BOOST_TEST(!stream->connections[1]->over);
}

BOOST_FIXTURE_TEST_CASE(when_the_last_listener_has_stopped_the_tenant_has_failed, supervised_floor) {
  stream->connections[0]->end({.code = 1008, .reason = "no"});
  run();
  BOOST_TEST(std::ranges::count(*told, "listener 0 stopped") == 1);
  BOOST_TEST(told->back() == "1 active, 0 reconnecting, 1 stopped");
  stream->connections[1]->end({.code = 1008, .reason = "no"});
  run();
  BOOST_TEST(std::ranges::count_if(*told, [](auto& line) { return line.starts_with("failed: no listener is left"); }) ==
             1);
}

BOOST_FIXTURE_TEST_CASE(a_stale_token_is_passed_on_once, supervised_floor) {
  stream->connections[0]->end({.code = 4401});
  run();
  pass(1s);
  newest().end({.kind = stream_end_kind::upgrade_refused, .http_status = 401});
  run();
  BOOST_TEST(std::ranges::count(*told, "token 1 refused") == 1);
}

BOOST_FIXTURE_TEST_CASE(a_new_token_hands_every_listener_over, supervised_floor) {
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

BOOST_FIXTURE_TEST_CASE(a_stop_is_answered_when_every_connection_is_closed, supervised_floor) {
  auto pending = self->request(supervisor, caf::infinite, stop_command{});
  run();
  BOOST_TEST((self->peek_at_next_mailbox_element() != nullptr));
  for (auto& connection : stream->connections) CHECK_LINES(connection->calls, {"close 1000 Client shutdown"});
}

BOOST_FIXTURE_TEST_CASE(a_listener_that_failed_again_and_again_stops_alone_and_holds_up_no_stop, supervised_floor) {
  stream->connections[1]->answers_pings = true;
  *journal_broken = true; // every tracker that drafts something ends
  for (int i = 0; i < 10 && told->back() != "listener 0 stopped"; ++i) {
    stream->connections[i == 0 ? 0 : stream->connections.size() - 1]->end({});
    run();
    pass(2s);
    subscribe_new();
  }
  BOOST_TEST(std::ranges::count(*told, "listener 0 stopped") == 1);
  *journal_broken = false;
  BOOST_TEST(!stream->connections[1]->over);
  auto pending = self->request(supervisor, caf::infinite, stop_command{});
  run();
  BOOST_TEST((self->peek_at_next_mailbox_element() != nullptr));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace floorwalker
