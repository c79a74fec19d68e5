#include "runtime/api/live_stream.hpp"

#include "tests/runtime/api/live_floor_samples.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/test/unit_test.hpp>

#include <fmt/format.h>

#include <map>
#include <set>
#include <string>
#include <vector>

namespace floorwalker {
namespace {

using testing::heard_event;
using testing::known_agent;
using testing::live_floor_samples;
using testing::sample;
using texts = std::vector<std::string>;

boost::json::object data_of(const heard_event& event) { return boost::json::parse(event.data).as_object(); }

std::string text_of(const boost::json::value& value) { return std::string{value.as_string()}; }

const stream_wish log_wish{.mode = stream_mode::log};

stream_wish back_at(std::uint64_t sequence, stream_mode mode = stream_mode::state, std::uint64_t epoch = 1) {
  return {.mode = mode, .last_seen = trail_cursor{epoch, sequence}};
}

/// A floor of three agents, five records on.
class busy_floor : public live_floor_samples {
public:
  busy_floor() {
    begin({known_agent("a-1"), known_agent("a-2"), known_agent("b-1", "Claims")});
    commit({{.agent = "a-1"}, {.agent = "a-2"}, {.agent = "b-1"}});
    commit({{.agent = "a-1", .current = "break"}, {.agent = "b-1", .current = "break"}});
  }
};

} // namespace

BOOST_AUTO_TEST_SUITE(live_streams)

BOOST_FIXTURE_TEST_CASE(a_client_begins_with_a_snapshot_and_then_hears_each_transition, busy_floor) {
  auto client = connect();
  commit({{.agent = "a-2", .previous = "busy", .current = "wrap-up", .latency_ms = 7, .reason = "call"}});
  auto events = heard(client);
  BOOST_REQUIRE(events.size() == 2u);
  BOOST_TEST(events[0].id == "1-5");
  BOOST_TEST(events[0].name == "snapshot");
  auto snapshot = data_of(events[0]);
  BOOST_TEST(text_of(snapshot["epoch"]) == "1");
  BOOST_TEST(snapshot["sequence"].as_int64() == 5);
  BOOST_TEST(snapshot["agents"].as_array().size() == 3u);
  BOOST_TEST(events[1].id == "1-6");
  BOOST_TEST(events[1].name == "transition");
  auto transition = data_of(events[1]);
  auto agent = transition["agent"].as_object();
  BOOST_TEST(text_of(agent["state"]) == "wrap-up");
  BOOST_TEST(text_of(agent["team"]) == "Billing");
  transition.erase("agent");
  BOOST_TEST(boost::json::serialize(transition) ==
             R"({"sequence":6,"agentId":"a-2","previousState":"busy","currentState":"wrap-up","latencyMs":7,)"
             R"("valid":true,"flags":[]})");
}

BOOST_FIXTURE_TEST_CASE(in_log_mode_a_client_hears_the_entries_themselves, busy_floor) {
  auto client = connect(log_wish);
  commit({{.agent = "a-2"}, {.agent = "a-1", .kind = record_kind::state_reconciled}});
  auto events = heard(client);
  BOOST_REQUIRE(events.size() == 3u);
  BOOST_TEST(events[0].name == "snapshot");
  BOOST_TEST(events[1].data == R"({"sequence":6,"agentId":"a-2"})");
  BOOST_TEST(events[2].data == R"({"sequence":7,"agentId":"a-1"})");
  BOOST_TEST(events[2].id == "1-7");
}

BOOST_FIXTURE_TEST_CASE(a_filter_leaves_out_what_does_not_concern_it, busy_floor) {
  auto team = connect({.filter = {.team = "Claims"}});
  auto agent = connect({.filter = {.agent_key = "a-1"}});
  auto types = connect({.filter = {.events = stream_metrics}});
  auto log = connect({.filter = {.team = "Claims"}, .mode = stream_mode::log});
  commit({{.agent = "a-1"}, {.agent = "a-2"}, {.agent = "b-1"}});
  figures();
  BOOST_TEST(told(team) == (texts{"snapshot 1-5", "transition 1-8", "metrics 1-8"}), boost::test_tools::per_element());
  BOOST_TEST(told(agent) == (texts{"snapshot 1-5", "transition 1-6", "metrics 1-8"}), boost::test_tools::per_element());
  BOOST_TEST(told(types) == texts{"metrics 1-8"}, boost::test_tools::per_element());
  BOOST_TEST(told(log) == (texts{"snapshot 1-5", "transition 1-8", "metrics 1-8"}), boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(a_row_that_changes_without_a_transition_is_an_agent_event, busy_floor) {
  auto all = connect();
  auto billing = connect({.filter = {.team = "Billing"}});
  heard(all);
  heard(billing);
  // One is hired, one leaves, one goes to another team.
  hear({known_agent("a-2", "Billing", "busy"), known_agent("b-1", "Claims", "break"), known_agent("c-1")});
  hear({known_agent("a-2", "Claims", "busy"), known_agent("b-1", "Claims", "break"), known_agent("c-1")});
  auto kinds = [&](auto& client) {
    texts told;
    for (auto& event : heard(client)) {
      auto data = data_of(event);
      told.push_back(data.contains("gone")
                         ? "gone " + text_of(data["gone"])
                         : text_of(data["agent"].at("agentId")) + " " + text_of(data["agent"].at("team")));
    }
    return told;
  };
  auto heard_by_all = kinds(all);
  BOOST_TEST(std::ranges::count(heard_by_all, "gone a-1") == 1);
  BOOST_TEST(std::ranges::count(heard_by_all, "c-1 Billing") == 1);
  BOOST_TEST(heard_by_all.back() == "a-2 Claims");
  BOOST_TEST(kinds(billing).back() == "gone a-2");
}

BOOST_FIXTURE_TEST_CASE(a_wallboard_that_is_behind_gets_the_newest_row_of_each_agent_and_is_told, busy_floor) {
  auto client = connect({}, 10);
  heard(client);
  for (auto i = 0; i < 10; ++i) {
    commit({{.agent = "a-1", .current = "busy"}, {.agent = "a-2", .current = "break"}});
    commit({{.agent = "a-1", .current = fmt::format("state-{}", i)}});
  }
  auto events = heard(client);
  // The first text was taken, the rest of the 30 changes was not.
  BOOST_REQUIRE(events.size() == 5u);
  BOOST_TEST(events[1].id == "1-7");
  BOOST_TEST(events[2].name == "conflated");
  BOOST_TEST(events[2].id == "1-7"); // whoever comes back from here misses nothing
  BOOST_TEST(data_of(events[2])["conflated"].as_int64() == 26);
  BOOST_TEST(text_of(data_of(events[3])["agent"].at("state")) == "state-9");
  BOOST_TEST(text_of(data_of(events[4])["agent"].at("state")) == "break");
  commit({{.agent = "b-1", .current = "busy"}});
  BOOST_TEST(told(client) == texts{"transition 1-36"}, boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(a_wallboard_that_takes_little_at_a_time_ends_with_what_is, busy_floor) {
  std::vector<agent_status> agents;
  for (auto i = 0; i < 2000; ++i) agents.push_back(known_agent(fmt::format("agent-{:04}", i)));
  hear(agents);
  auto client = connect({}, 10);
  heard(client);
  std::map<std::string, std::string> rows;
  auto step = [&] { // reads once, while things go on
    auto wants_more = client.connection->read();
    for (auto& event : testing::events_in(std::exchange(client.connection->taken, {}))) {
      auto data = data_of(event);
      if (data.contains("agent")) rows[text_of(data["agent"].at("agentId"))] = text_of(data["agent"].at("state"));
    }
    if (wants_more) client.of->room();
    return wants_more;
  };
  for (auto round = 0; round < 50; ++round) {
    std::vector<sample> some;
    for (auto i = 0; i < 100; ++i)
      some.push_back({.agent = fmt::format("agent-{:04}", (round * 37 + i * 13) % 2000),
                      .current = fmt::format("state-{}", round)});
    commit(some);
    step();
  }
  while (step()) {
  }
  board->visit({}, [&](const live_row& row) {
    if (row.changed_at > 5 + 1)
      BOOST_TEST(rows[std::string{row.status.agent_id()}] == *row.status.state, row.status.agent_id());
    return true;
  });
}

BOOST_FIXTURE_TEST_CASE(an_integrator_that_is_behind_reads_on_from_the_trail, busy_floor) {
  auto client = connect(log_wish, 10);
  heard(client);
  for (auto i = 0; i < 20; ++i) commit({{.agent = "a-1"}, {.agent = "b-1"}});
  std::uint64_t expected = 6;
  for (auto& event : heard(client)) BOOST_TEST(event.id == fmt::format("1-{}", expected++));
  BOOST_TEST(expected == 46u);
  BOOST_TEST(!trail->reads.empty());
  commit({{.agent = "a-1"}});
  BOOST_TEST(told(client) == texts{"transition 1-46"}, boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(whoever_comes_back_gets_exactly_what_was_missed, busy_floor) {
  auto log = connect(back_at(2, stream_mode::log));
  BOOST_TEST(told(log) == (texts{"transition 1-3", "transition 1-4", "transition 1-5"}),
             boost::test_tools::per_element());
  auto state = connect(back_at(4));
  BOOST_TEST(told(state).front() == "transition 1-5");
  commit({{.agent = "a-1"}});
  BOOST_TEST(told(log) == texts{"transition 1-6"}, boost::test_tools::per_element());
  BOOST_TEST(told(state) == texts{"transition 1-6"}, boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(what_the_trail_has_already_and_the_board_has_not_is_told_once, busy_floor) {
  auto ahead = append({{.agent = "a-1"}, {.agent = "a-2"}});
  auto client = connect(back_at(4, stream_mode::log));
  figures();
  BOOST_TEST(told(client) == (texts{"transition 1-5", "metrics 1-5"}), boost::test_tools::per_element());
  show(ahead);
  figures();
  BOOST_TEST(told(client) == (texts{"transition 1-6", "transition 1-7", "metrics 1-7"}),
             boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(whoever_comes_back_is_told_of_rows_that_changed_without_a_record, busy_floor) {
  hear({known_agent("a-2", "Claims", "busy"), known_agent("b-1", "Claims", "break")});
  auto client = connect(back_at(5));
  std::set<std::string> kinds;
  for (auto& event : heard(client)) {
    BOOST_TEST(event.name == "agent");
    auto data = data_of(event);
    kinds.insert(data.contains("gone") ? "gone " + text_of(data["gone"]) : text_of(data["agent"].at("agentId")));
  }
  BOOST_TEST(kinds.contains("gone a-1"));
  BOOST_TEST(kinds.contains("a-2"));
}

BOOST_FIXTURE_TEST_CASE(an_id_that_means_nothing_here_gives_a_new_snapshot, busy_floor) {
  for (auto mode : {stream_mode::state, stream_mode::log}) {
    auto other_epoch = connect(back_at(3, mode, 7));
    BOOST_TEST(told(other_epoch) == texts{"snapshot 1-5"}, boost::test_tools::per_element());
    auto from_the_future = connect(back_at(6, mode));
    BOOST_TEST(told(from_the_future) == texts{"snapshot 1-5"}, boost::test_tools::per_element());
  }
}

BOOST_FIXTURE_TEST_CASE(what_is_no_longer_kept_is_made_up_for_by_a_snapshot, busy_floor) {
  trail->batches.erase(trail->batches.begin()); // retention
  for (auto mode : {stream_mode::state, stream_mode::log}) {
    auto client = connect(back_at(1, mode));
    BOOST_TEST(told(client) == texts{"snapshot 1-5"}, boost::test_tools::per_element());
  }
}

BOOST_FIXTURE_TEST_CASE(too_much_to_tell_one_by_one_is_a_snapshot_for_wallboards_only, live_floor_samples) {
  begin({known_agent("a-1")});
  for (auto i = 0u; i < 3; ++i) commit(std::vector<sample>(replayed_records_max / 2));
  auto state = connect(back_at(1));
  BOOST_TEST(told(state).size() == 1u);
  auto log = connect(back_at(1, stream_mode::log));
  BOOST_TEST(heard(log).size() == position.sequence - 1);
}

BOOST_FIXTURE_TEST_CASE(a_trail_that_cant_be_read_ends_a_log_and_gives_a_wallboard_a_snapshot, busy_floor) {
  trail->unreadable = "segment 1 is damaged";
  auto log = connect(back_at(2, stream_mode::log));
  BOOST_TEST(heard(log).empty());
  BOOST_TEST(log.connection->closed);
  auto state = connect(back_at(2));
  BOOST_TEST(told(state) == texts{"snapshot 1-5"}, boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(who_comes_before_the_trail_is_open_waits_for_it, live_floor_samples) {
  auto fresh = connect();
  auto back = connect(back_at(0, stream_mode::log));
  stream->beat_waiting();
  BOOST_TEST(heard(fresh).empty());
  begin({known_agent("a-1")});
  commit({{.agent = "a-1"}});
  BOOST_TEST(told(fresh) == (texts{"snapshot 1-0", "agent 1-0", "transition 1-1"}), boost::test_tools::per_element());
  BOOST_TEST(told(back) == texts{"transition 1-1"}, boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(of_a_tenant_that_has_failed_there_is_an_empty_snapshot, live_floor_samples) {
  auto client = connect();
  auto update = next_update();
  update->condition = live_condition{tenant_condition::audit_damaged, "record 7 does not verify"};
  tell(update);
  auto events = heard(client);
  BOOST_REQUIRE(events.size() == 1u);
  BOOST_TEST(text_of(data_of(events[0])["condition"]) == "audit damaged");
}

BOOST_FIXTURE_TEST_CASE(after_a_restart_of_the_engine_missed_transitions_come_and_then_a_snapshot, busy_floor) {
  begin({known_agent("a-1"), known_agent("b-1", "Claims")}); // another hub over the same trail
  auto state = connect(back_at(3));
  BOOST_TEST(told(state) == (texts{"transition 1-4", "transition 1-5", "snapshot 1-5"}),
             boost::test_tools::per_element());
  auto log = connect(back_at(3, stream_mode::log));
  BOOST_TEST(told(log) == (texts{"transition 1-4", "transition 1-5"}), boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(a_hub_that_begins_anew_is_a_new_snapshot_for_wallboards_and_nothing_for_logs, busy_floor) {
  auto state = connect();
  auto log = connect(log_wish);
  heard(state);
  heard(log);
  auto unseen = append({{.agent = "a-1"}}); // while there was no hub
  begin({known_agent("a-1")});
  BOOST_TEST(told(state).front() == "snapshot 1-6");
  BOOST_TEST(told(log) == texts{"transition 1-6"}, boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(what_the_hub_passed_over_a_log_reads, busy_floor) {
  auto log = connect(log_wish);
  auto state = connect();
  heard(log);
  heard(state);
  append({{.agent = "a-1"}, {.agent = "a-2"}});
  floor.skip_to(position.sequence);
  auto update = next_update();
  update->skipped = 2;
  tell(update);
  BOOST_TEST(told(log) == (texts{"transition 1-6", "transition 1-7"}), boost::test_tools::per_element());
  commit({{.agent = "a-1"}});
  BOOST_TEST(told(log) == texts{"transition 1-8"}, boost::test_tools::per_element());
  BOOST_TEST(told(state) == texts{"transition 1-8"}, boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(alerts_are_told_at_once_or_when_there_is_room, busy_floor) {
  auto quick = connect();
  auto slow = connect({}, 10);
  heard(quick);
  auto update = next_update();
  alert_status alert;
  alert.id = alert.kind = "latency";
  update->alerts.push_back(alert);
  tell(update);
  BOOST_TEST(told(quick) == texts{"alert 1-5"}, boost::test_tools::per_element());
  commit({{.agent = "a-1"}});
  auto last = told(slow);
  BOOST_TEST(std::ranges::count(last, "alert 1-6") == 1);
}

BOOST_FIXTURE_TEST_CASE(whoever_is_gone_costs_nothing_more, busy_floor) {
  auto client = connect();
  BOOST_TEST(stream->clients() == 1u);
  stream->remove(client.of);
  stream->remove(client.of);
  BOOST_TEST(stream->clients() == 0u);
  std::weak_ptr<stream_client> gone = client.of;
  client.of.reset();
  BOOST_TEST(gone.expired());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace floorwalker
