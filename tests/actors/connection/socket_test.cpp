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
      return {[](const rules_changed&) {},
              [](const agents_released&) {},
              [](const access_token_ptr&) {},
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
      return {[](const matrix_changed&) {},
              [](const source_planned&) {},
              [](const source_opened&) {},
              [](const observation_batch_ptr&) {},
              [](const source_ended&) {},
              [](const status_query&) { return agent_status{}; },
              [](const agents_query&) { return std::vector<agent_status>{}; },
              [](const stop_command&) {},
              [](const monitoring_inherited&) {}};
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

BOOST_FIXTURE_TEST_CASE(a_close_at_once_overtakes_one_that_waits_for_its_answer, slot_floor) {
  auto& connection = connect();
  connection.answers_closes = false;
  connection.subscribe(wall.now());
  run();
  self->send(connection.socket, close_stream{1000, "Hand-over", true, false});
  self->send(connection.socket, close_stream{1006, "its tracker failed", false, true});
  self->send(connection.socket, close_stream{1000, "Client shutdown", false, false});
  run();
  CHECK_LINES(connection.calls, {"close 1000 Hand-over read to end", "drop: its tracker failed"});
}

BOOST_FIXTURE_TEST_CASE(an_acknowledgement_that_crosses_a_close_at_once_is_still_reported, slot_floor) {
  auto& connection = connect();
  self->send(connection.socket, close_stream{1006, "its tracker failed", false, true});
  self->send(connection.socket, stream_subscribed{});
  run();
  CHECK_LINES(*heard, {"subscribed", "ended connect failed 1006"});
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace floorwalker
