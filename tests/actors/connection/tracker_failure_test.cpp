#include "actors/connection/tracker_succession.hpp"
#include "tests/actors/connection/supervised_floor.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace floorwalker {
namespace {

using namespace std::chrono_literals;

agent_group_ptr group(std::initializer_list<const char*> ids) {
  auto agents = std::make_shared<agent_group>();
  for (auto id : ids) agents->push_back(agent_identity::of(id));
  return agents;
}

const utc_time opening{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23} + 10h};

/// What a connection leaves unfinished: received then, and happened a second before.
oldest_observation since(std::chrono::seconds received) { return {opening + received, opening + received - 1s}; }

/// The bequest in words: agents, seconds to the failure, to the last receipt that is certain, and to the oldest event
/// that may be lost.
std::string words(const tracker_succession& told) {
  if (!told.bequest()) return "nothing";
  std::string all;
  for (const auto& agent : *told.bequest()->agents) all += agent->id();
  auto& lost = told.bequest()->last_event;
  return fmt::format("{} {} {} {}", all, (told.bequest()->at - opening) / 1s,
                     (told.bequest()->last_received - opening) / 1s,
                     lost ? std::to_string((*lost - opening) / 1s) : "-");
}

/// Connection 1 watches a and b and is acknowledged.
tracker_succession monitored() {
  tracker_succession told;
  told.planned(1, group({"a", "b"}));
  told.subscribed(1);
  return told;
}

class failing_floor : public testing::supervised_floor {
public:
  void fail_tracker(const testing::scripted_connection& connection) {
    self->send_exit(connection.tracker, caf::exit_reason::kill);
    run();
  }

  std::vector<std::string> records_with(const std::string& piece) const {
    std::vector<std::string> found;
    std::ranges::copy_if(journal->records, std::back_inserter(found),
                         [&](const auto& line) { return line.find(piece) != std::string::npos; });
    return found;
  }
};

std::size_t agents_named(const std::string& record) {
  std::size_t found = 0;
  for (auto at = record.find("550e8400"); at != std::string::npos; at = record.find("550e8400", at + 1)) ++found;
  return found;
}

bool says(const std::string& record, const std::string& piece) { return record.find(piece) != std::string::npos; }

} // namespace

BOOST_AUTO_TEST_SUITE(succession)

BOOST_AUTO_TEST_CASE(a_successor_is_told_who_was_monitored_and_what_is_certain) {
  const struct {
    const char* sentence;
    void (*happens)(tracker_succession&);
    const char* bequest;
  } rows[] = {
      {"the tracker had finished everything",
       [](auto& told) {
         told.failed(opening + 9s);
         told.ended(1, {});
       },
       "ab 9 9 -"},
      {"it had not finished a batch",
       [](auto& told) {
         told.failed(opening + 9s);
         told.ended(1, since(7s));
       },
       "ab 9 7 6"},
      {"a connection that was only planned monitors nobody",
       [](auto& told) {
         told.ended(1, {});
         told.recorded();
         tracker_succession fresh;
         fresh.planned(1, group({"a"}));
         fresh.failed(opening + 9s);
         fresh.ended(1, {});
         told = fresh;
       },
       "nothing"},
      {"during a hand-over both connections' agents are named once",
       [](auto& told) {
         told.planned(2, group({"b", "c"}));
         told.subscribed(2);
         told.failed(opening + 9s);
         told.ended(2, since(8s));
         told.ended(1, since(6s));
       },
       "abc 9 6 5"},
      {"an acknowledgement crosses the failure",
       [](auto& told) {
         told.planned(2, group({"b", "c"}));
         told.failed(opening + 9s);
         told.subscribed(2);
       },
       "abc 9 9 -"},
      {"after a lost connection nobody knows whether that was written down",
       [](auto& told) {
         told.ended(1, since(5s));
         told.failed(opening + 9s);
       },
       "ab 9 5 4"},
      {"a second failure before the first was written down adds to it",
       [](auto& told) {
         told.failed(opening + 9s);
         told.ended(1, {});
         told.planned(2, group({"b", "c"}));
         told.subscribed(2);
         told.failed(opening + 12s);
         told.ended(2, since(11s));
       },
       "abc 9 9 10"},
      {"one after that is a matter of its own",
       [](auto& told) {
         told.failed(opening + 9s);
         told.ended(1, {});
         told.recorded();
         told.planned(2, group({"b", "c"}));
         told.subscribed(2);
         told.failed(opening + 12s);
         told.ended(2, since(11s));
       },
       "bc 12 11 10"},
  };
  for (auto& row : rows) BOOST_TEST_CONTEXT(row.sentence) {
      auto told = monitored();
      row.happens(told);
      BOOST_TEST(words(told) == row.bequest);
    }
}

BOOST_AUTO_TEST_CASE(it_is_complete_when_the_last_connection_of_the_failed_tracker_has_ended) {
  auto told = monitored();
  BOOST_TEST(told.complete());
  told.planned(2, group({"a"}));
  told.failed(opening);
  BOOST_TEST(!told.complete());
  told.ended(1, {});
  BOOST_TEST(!told.complete());
  told.ended(2, {});
  BOOST_TEST(told.complete());
  told.planned(3, group({"a"}));
  BOOST_TEST(told.complete());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(tracker_failure)

BOOST_FIXTURE_TEST_CASE(it_is_recorded_and_counted_and_its_agents_are_reconciled, failing_floor) {
  BOOST_TEST(journal->records.size() == 2u);
  stream->connections[0]->unfinished_since = oldest_observation{wall.now() + 1s, wall.now() - 1s};
  pass(3s);
  fail_tracker(*stream->connections[0]);
  BOOST_TEST(stream->connections[0]->calls.back() == "drop: its tracker failed");
  BOOST_REQUIRE(journal->records.size() == 3u);
  const auto& record = journal->records.back();
  BOOST_TEST(says(record, R"("timestamp":"2026-11-23T10:00:03.000Z","auditAction":"MONITORING_INTERRUPTED")"));
  BOOST_TEST(says(record, R"("slot":0,"cause":"tracker failed","lastReceived":"2026-11-23T10:00:01.000Z",)"
                          R"("lastEventTimestamp":"2026-11-23T09:59:59.000Z","agentIds")"));
  BOOST_TEST(agents_named(record) == 50u);
  BOOST_TEST(journal->interruptions == 3u);
  auto all = ask<std::vector<agent_status>>(supervisor, agents_query{});
  BOOST_TEST(all.value().size() == 60u); // they are known, and stale
  auto listings_before = *listings;
  pass(1s);
  subscribe_new();
  BOOST_TEST(says(journal->records.back(), R"("auditAction":"MONITORING_STARTED")"));
  BOOST_TEST(says(journal->records.back(), R"("cause":"reconnect")"));
  BOOST_TEST(journal->interruptions == 3u);
  BOOST_TEST(*listings == listings_before + 1);
  BOOST_TEST(told->back() == "2 active, 0 reconnecting, 0 stopped");
  BOOST_TEST(!stream->connections[1]->over);
}

BOOST_FIXTURE_TEST_CASE(in_a_hand_over_it_ends_both_connections_and_is_one_interruption, failing_floor) {
  for (auto& connection : stream->connections) connection->answers_closes = false;
  give_token(2);
  subscribe_new(); // the old ones are closing
  fail_tracker(*stream->connections[0]);
  BOOST_TEST((stream->connections[0]->over && stream->connections[2]->over));
  BOOST_TEST(records_with("tracker failed").size() == 1u);
  pass(1s);
  subscribe_new();
  BOOST_TEST(told->back() == "2 active, 0 reconnecting, 0 stopped");
}

BOOST_FIXTURE_TEST_CASE(a_successor_that_fails_too_leaves_the_record_to_the_next, failing_floor) {
  journal->broken = true;
  fail_tracker(*stream->connections[0]); // its successor can't write that down and fails over it
  journal->broken = false;
  BOOST_TEST(records_with("tracker failed").empty());
  pass(1s - 1ns);
  BOOST_TEST(records_with("tracker failed").empty()); // no third one before the policy's delay
  pass(1ns);
  BOOST_TEST(records_with("tracker failed").size() == 1u);
  subscribe_new();
  BOOST_TEST(says(journal->records.back(), R"("cause":"reconnect")"));
  BOOST_TEST(journal->interruptions == 3u);
}

BOOST_FIXTURE_TEST_CASE(one_that_is_final_is_recorded_as_well_and_stops_the_listener, failing_floor) {
  stream->connections[1]->answers_pings = true;
  for (int i = 0; i < 3; ++i) {
    fail_tracker(i == 0 ? *stream->connections[0] : newest());
    pass(10s);
    subscribe_new();
  }
  BOOST_TEST(told->back() == "2 active, 0 reconnecting, 0 stopped");
  fail_tracker(newest());
  BOOST_TEST(records_with("tracker failed").size() == 4u);
  BOOST_TEST(std::ranges::count(*told, "listener 0 stopped") == 1);
  pass(1h);
  BOOST_TEST(stream->connections.size() == 5u);
}

BOOST_FIXTURE_TEST_CASE(it_holds_up_no_stop, failing_floor) {
  journal->broken = true;
  fail_tracker(*stream->connections[0]);
  fail_tracker(*stream->connections[1]);
  journal->broken = false;
  auto pending = self->request(supervisor, caf::infinite, stop_command{});
  run();
  BOOST_TEST((self->peek_at_next_mailbox_element() != nullptr));
  BOOST_TEST(records_with("tracker failed").size() == 2u);
}

BOOST_FIXTURE_TEST_CASE(a_supervisor_that_ends_leaves_no_connection_without_its_record, failing_floor) {
  self->send_exit(supervisor, caf::exit_reason::kill);
  run();
  auto records = records_with("MONITORING_INTERRUPTED");
  BOOST_REQUIRE(records.size() == 2u);
  for (auto& record : records) BOOST_TEST(says(record, R"("closeReason":"its actor ended")"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace floorwalker
