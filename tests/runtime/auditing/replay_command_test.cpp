#include "runtime/auditing/replay_command.hpp"

#include "tests/runtime/audit/sample_trail.hpp"
#include "tests/runtime/audit/scratch_folder.hpp"
#include "tests/runtime/auditing/command_run.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace floorwalker {
namespace {

using testing::command_run;
using testing::sample_trail;

struct replay_floor {
  replay_floor() {
    for (int segment = 0; segment < 4; ++segment) {
      if (segment > 0) trail.begin_segment();
      trail.record("MONITORING_STARTED", R"(,"slot":0,"cause":"start","agentIds":["a-1"])");
      for (int i = 0; i < 10; ++i) {
        trail.transition({.previous = "available", .current = "busy", .valid = true});
        trail.transition({.previous = "busy", .current = "wrap-up", .valid = true});
        trail.transition({.previous = "wrap-up", .current = "busy", .valid = false});
        trail.transition({.previous = "a \"state\"", .current = "busy", .valid = false});
      }
      trail.pass(std::chrono::hours{48});
    }
    trail.write(dir);
    rules("transitions = [[\"available\", \"busy\"], [\"wrap-up\", \"busy\"], [\"busy\", \"available\"]]\n"
          "state-matrix { wrap-up = [] }\n");
  }

  void rules(std::string_view text) { testing::write_content(folder / "rules.conf", text); }

  command_run replay(std::vector<std::string> more = {}) {
    std::vector<std::string> arguments{"replay", dir, "--state-matrix=" + (folder / "rules.conf").string()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return command_run{arguments};
  }

  testing::scratch_folder folder;
  std::string dir = folder / "acme";
  sample_trail trail;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(audit_replay, replay_floor)

BOOST_AUTO_TEST_CASE(the_other_rules_verdicts_are_told_with_totals_and_a_table) {
  auto run = replay();
  BOOST_TEST(run.code == 0);
  BOOST_TEST(run.err == "");
  BOOST_TEST(run.out == "160 transitions of tenant acme by the other rules\n"
                        "                        before           after          change\n"
                        "authorized                  80              80              +0\n"
                        "unauthorized                80              80              +0\n"
                        "accuracy               50.00 %         50.00 %\n"
                        "verdicts that change: 40 become authorized, 40 become unauthorized\n"
                        "\n"
                        "       changes  becomes         transition\n"
                        "            40  unauthorized    busy → wrap-up\n"
                        "            40  authorized      wrap-up → busy\n"
                        "note: the rules do not know the state a \"state\", which the trail has\n");
}

BOOST_AUTO_TEST_CASE(json_tells_every_transition) {
  auto result = replay({"--json"}).json().as_object();
  BOOST_TEST(result.at("transitions").to_number<int>() == 160);
  BOOST_TEST(result.at("before").at("accuracyRate").to_number<double>() == 50.0);
  BOOST_TEST(result.at("newlyAuthorized").to_number<int>() == 40);
  BOOST_TEST(result.at("newlyRejected").to_number<int>() == 40);
  auto& table = result.at("table").as_array();
  BOOST_REQUIRE(table.size() == 4u);
  BOOST_TEST(table[0].at("changed").to_number<int>() == 40);
  BOOST_TEST(table[3].at("changed").to_number<int>() == 0);
  BOOST_TEST(result.at("unknownStates").as_array().at(0).as_string() == "a \"state\"");
}

BOOST_AUTO_TEST_CASE(a_list_has_each_changed_record_in_order_and_the_summary_goes_to_stderr) {
  auto run = replay({"--list"});
  BOOST_TEST(run.code == 0);
  BOOST_TEST(std::ranges::count(run.out, '\n') == 80);
  BOOST_TEST(run.out.starts_with(trail.segments[0].frames[2].payload + '\n'));
  BOOST_TEST(run.warns("40 become authorized"), run.err);
}

BOOST_AUTO_TEST_CASE(bounds_hold_for_a_replay_too) {
  auto run = replay({"--json", "--from=2026-11-25", "--to=2026-11-27T10:00:01"});
  BOOST_TEST(run.json().at("transitions").to_number<int>() == 80);
}

BOOST_AUTO_TEST_CASE(rules_that_are_none_are_wrong_usage_with_their_place) {
  rules("state-matrix { busy = [\"nowhere\"] }");
  auto run = replay();
  BOOST_TEST(run.code == 2);
  BOOST_TEST(run.out == "");
  BOOST_TEST(run.warns("rules.conf:1:"), run.err);
  dir = folder / "nowhere";
  rules("state-matrix { busy = [] }");
  BOOST_TEST(replay().code == 1);
}

BOOST_AUTO_TEST_CASE(an_entry_in_another_form_counts_with_the_others) {
  state_matrix matrix{{"available", {"busy"}}, {"busy", {}}};
  transition_tally tally{matrix};
  frame record;
  auto line = trail.segments[0].frames[1].payload;
  record.payload = line;
  BOOST_TEST(!tally.count(record));
  auto spaced = "{ " + line.substr(1);
  record.payload = spaced;
  BOOST_TEST(!tally.count(record));
  record.payload = "no entry";
  BOOST_TEST(!tally.count(record));
  auto sums = tally.sums();
  BOOST_REQUIRE(sums.table.size() == 1u);
  BOOST_TEST((sums.table.at({"available", "busy"}).authorized) == 2u);
  BOOST_TEST(sums.unreadable == 1u);
}

BOOST_AUTO_TEST_CASE(a_feed_that_invents_states_without_end_fills_no_memory) {
  state_matrix matrix{{"available", {}}};
  transition_tally tally{matrix};
  sample_trail long_one;
  for (std::size_t i = 0; i < 100; ++i) {
    long_one.transition({.current = fmt::format("s-{}", i)});
    frame record;
    record.payload = long_one.segments[0].frames[i].payload;
    tally.count(record);
  }
  auto part = tally.sums();
  replay_sums sums;
  for (std::size_t i = 0; i < transitions_told_apart - 50; ++i) sums.table[{"x", std::to_string(i)}].authorized = 1;
  sums.add(part);
  BOOST_TEST(sums.table.size() == transitions_told_apart);
  BOOST_TEST(sums.total() == transitions_told_apart + 50);
  BOOST_TEST(sums.newly_rejected() == transitions_told_apart + 50);
  BOOST_TEST(sums.beyond_refused.changed() == 50u);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace floorwalker
