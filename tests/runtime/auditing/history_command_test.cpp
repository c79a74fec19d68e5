#include "runtime/auditing/history_command.hpp"

#include "runtime/auditing/shown_time.hpp"
#include "tests/runtime/audit/sample_trail.hpp"
#include "tests/runtime/audit/scratch_folder.hpp"
#include "tests/runtime/auditing/command_run.hpp"

#include <cstdlib>
#include <ctime>

namespace floorwalker {
namespace {

using namespace std::chrono_literals;
using testing::command_run;
using testing::sample_trail;

struct history_floor {
  history_floor() {
    trail.record("MONITORING_STARTED", R"(,"slot":0,"cause":"start","agentIds":["a-1","a-2"])");
    move(1min, "available", "busy", {.reason = "inbound_call"});
    move(5min, "busy", "wrap-up");
    move(30s, "wrap-up", "busy", {.valid = false});
    trail.transition({.agent = "a-2"});
    move(10min, "break", "available", {.flags = {"gap"}});
    move(2min, "busy", "break", {.flags = {"out-of-order"}});
    trail.pass(1min);
    trail.record("MONITORING_INTERRUPTED",
                 R"(,"slot":0,"cause":"lost connection","closeCode":1006,"closeReason":"reset",)"
                 R"("lastReceived":"2026-11-23T10:18:29.000Z","agentIds":["a-1"])");
    trail.pass(10s);
    trail.record("MONITORING_STARTED", R"(,"slot":0,"cause":"reconnect","agentIds":["a-1"])");
    trail.record("STATE_RECONCILED", R"(,"agentId":"a-1","previousState":"available","currentState":"busy")");
    move(24h, "busy", "available");
    move(1s, "available", "busy\x1b[2J");
    trail.checkpoint();
    trail.write(dir);
  }

  void move(std::chrono::milliseconds later, std::string previous, std::string current,
            testing::sample_transition made = {}) {
    trail.pass(later);
    made.previous = std::move(previous);
    made.current = std::move(current);
    made.latency = 0ms;
    trail.transition(made);
  }

  command_run history(std::string agent, std::vector<std::string> more = {}) {
    std::vector<std::string> arguments{"history", dir, std::move(agent)};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return command_run{arguments};
  }

  testing::scratch_folder folder;
  std::string dir = folder / "acme";
  sample_trail trail;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(audit_history, history_floor)

BOOST_AUTO_TEST_CASE(a_timeline_tells_times_in_states_and_everything_doubtful_in_words) {
  auto run = history("A-1", {"--utc"});
  BOOST_TEST(run.code == 0);
  BOOST_TEST(run.err == "");
  BOOST_TEST(
      run.out ==
      "Monday, 2026-11-23 (UTC)\n"
      "  10:00:00.000  monitoring begins (start)\n"
      "  10:01:00.000  available → busy  inbound_call  0 ms\n"
      "  10:06:00.000  busy → wrap-up  0 ms  5 min in busy\n"
      "  10:06:30.000  wrap-up → busy  0 ms  30 s in wrap-up  NOT AUTHORIZED\n"
      "  10:16:30.000  break → available  0 ms  at most 10 min in busy  GAP: busy was known before, so a change is "
      "missing\n"
      "  10:18:30.000  busy → break  0 ms  OUT OF ORDER: came late and moved nothing\n"
      "  10:19:30.000  monitoring interrupted: lost connection (1006 reset); what happened after 10:18:29.000 may "
      "be missing\n"
      "  10:19:40.000  monitoring begins (reconnect)\n"
      "  10:19:40.000  reconciled: the platform lists busy, available was known  at most 3 min 10 s in available\n"
      "\n"
      "Tuesday, 2026-11-24 (UTC)\n"
      "  10:19:40.000  busy → available  0 ms\n"
      "  10:19:41.000  available → busy\\x1b[2J  0 ms  1 s in available\n"
      "\n"
      "Time in each state, as far as nothing is missing within it:\n"
      "  available                       1 s   1 times\n"
      "  busy                          5 min   1 times\n"
      "  wrap-up                        30 s   1 times\n"
      "  (not sure)              13 min 10 s\n"
      "Last known: busy\\x1b[2J since 10:19:41.000, Tuesday, 2026-11-24 (UTC)\n"
      "7 transitions, 1 not authorized, 1 gaps, 1 out of order, 1 interruptions\n"
      "Read from records 1 to 12 of tenant acme, which verify; signed up to record 12 by key " +
          trail.key->id() + ", which lies in the folder itself\n");
}

BOOST_AUTO_TEST_CASE(the_same_is_one_json_object_where_asked) {
  auto result = history("a-1", {"--json"}).json().as_object();
  BOOST_TEST(result.at("agentId").as_string() == "a-1");
  BOOST_TEST(result.at("tenantId").as_string() == "acme");
  auto& entries = result.at("entries").as_array();
  BOOST_REQUIRE(entries.size() == 11u);
  BOOST_TEST(entries[2].at("millisecondsInIt").to_number<int>() == 300'000);
  BOOST_TEST(entries[2].at("timeIsSure").as_bool());
  BOOST_TEST(entries[3].at("valid").as_bool() == false);
  BOOST_TEST(entries[4].at("gap").as_bool());
  BOOST_TEST(!entries[4].at("timeIsSure").as_bool());
  BOOST_TEST(entries[6].at("closeCode").to_number<int>() == 1006);
  BOOST_TEST(entries[8].at("kind").as_string() == "reconciled");
  BOOST_TEST(result.at("millisecondsIn").at("busy").to_number<int>() == 300'000);
  BOOST_TEST(result.at("millisecondsUnsure").to_number<int>() == 790'000);
  BOOST_TEST(result.at("verified").as_bool());
  BOOST_TEST(result.at("provedThrough").to_number<int>() == 12);
}

BOOST_AUTO_TEST_CASE(an_agent_that_the_trail_does_not_know_is_told_so) {
  auto run = history("a-9", {"--utc", "--no-verify"});
  BOOST_TEST(run.code == 0);
  BOOST_TEST(run.says("The trail tells nothing of agent a-9 in that time, and that is no agent's id.\n"), run.out);
  BOOST_TEST(run.says("not verified"), run.out);
  BOOST_TEST(history("a-9", {"--json"}).json().at("entries").as_array().empty());
}

BOOST_AUTO_TEST_CASE(a_history_of_a_damaged_trail_says_so) {
  trail.segments[0].frames[6].payload[30] ^= 1;
  trail.write(dir);
  auto run = history("a-1");
  BOOST_TEST(run.code == 5);
  BOOST_TEST(!run.says("which verify"), run.out);
  BOOST_TEST(run.warns("damaged: "), run.err);
  auto as_json = history("a-1", {"--json"});
  BOOST_TEST(as_json.code == 5);
  BOOST_TEST(!as_json.json().at("verified").as_bool());
}

BOOST_AUTO_TEST_CASE(bounds_leave_out_what_was_received_before_and_behind) {
  auto run = history("a-1", {"--utc", "--from=2026-11-24"});
  BOOST_TEST(run.out.starts_with("Tuesday, 2026-11-24 (UTC)\n"), run.out);
  BOOST_TEST(run.says("2 transitions"), run.out);
}

BOOST_AUTO_TEST_CASE(colours_mark_doubts_on_a_terminal_and_say_nothing_more) {
  timeline_row row;
  row.at = testing::trail_opening;
  row.previous = "wrap-up";
  row.current = "busy";
  BOOST_TEST(to_words(row, true, false) == "10:00:00.000  wrap-up → busy  0 ms  NOT AUTHORIZED");
  BOOST_TEST(to_words(row, true, true) ==
             "10:00:00.000  wrap-up → busy  \x1b[2m0 ms\x1b[0m  \x1b[31mNOT AUTHORIZED\x1b[0m");
}

BOOST_AUTO_TEST_CASE(times_are_those_of_the_local_zone) {
  ::setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
  ::tzset();
  auto winter = show_time(testing::trail_opening + 23h + 5ms, false);
  BOOST_TEST(winter.day == "Tuesday, 2026-11-24 (CET)");
  BOOST_TEST(winter.time == "10:00:00.005");
  auto summer = show_time(utc_time{std::chrono::sys_days{std::chrono::year{2026} / 7 / 1}}, false);
  BOOST_TEST(summer.day == "Wednesday, 2026-07-01 (CEST)");
  BOOST_TEST(summer.time == "02:00:00.000");
  ::unsetenv("TZ");
  ::tzset();
  BOOST_TEST(show_time(utc_time{-1ms}, true).time == "23:59:59.999");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace floorwalker
