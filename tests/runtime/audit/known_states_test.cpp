#include "actors/audit/known_states.hpp"
#include "actors/audit/monitored_agents.hpp"

#include "runtime/audit/clock_watch.hpp"
#include "tests/runtime/audit/sample_trail.hpp"

#include <boost/test/unit_test.hpp>

#include <fmt/format.h>

#include <string>
#include <vector>

namespace floorwalker {
namespace {

using enum record_kind;

std::string entry(int slot, std::string_view cause, std::string_view agents) {
  return fmt::format(R"({{"slot":{},"cause":"{}","agentIds":[{}]}})", slot, cause, agents);
}

BOOST_AUTO_TEST_SUITE(known_states)

BOOST_AUTO_TEST_CASE(who_is_monitored_follows_the_records_slot_by_slot) {
  monitored_agents monitored;
  monitored.take(monitoring_started, entry(0, "start", R"("a","b")"));
  monitored.take(monitoring_started, entry(1, "start", R"("c")"));
  BOOST_TEST(monitored.agent_ids() == (std::vector<std::string>{"a", "b", "c"}), boost::test_tools::per_element());
  // An agent moves: the new slot starts before the old one ends.
  monitored.take(monitoring_started, entry(1, "start", R"("a")"));
  monitored.take(monitoring_interrupted, entry(0, "plan", R"("a")"));
  BOOST_TEST(monitored.agent_ids() == (std::vector<std::string>{"a", "b", "c"}), boost::test_tools::per_element());
  monitored.take(monitoring_interrupted, entry(1, "lost connection", R"("a","c")"));
  BOOST_TEST(monitored.agent_ids() == std::vector<std::string>{"b"}, boost::test_tools::per_element());
  monitored.take(monitoring_started, entry(1, "reconnect", R"("a","c")"));
  // The next process writes what the one before it could not, and its slots may have other numbers.
  monitored.take(monitoring_interrupted, R"({"cause":"process ended","agentIds":["A","b","c"]})");
  BOOST_TEST(monitored.agent_ids().empty());
}

BOOST_AUTO_TEST_CASE(who_is_no_longer_to_be_watched_is_named) {
  monitored_agents monitored;
  monitored.take(monitoring_started, entry(0, "start", R"("A","b")"));
  BOOST_TEST(monitored.take(monitoring_interrupted, entry(0, "lost connection", R"("b")")).empty());
  BOOST_TEST(monitored.take(monitoring_interrupted, entry(0, "plan", R"("A","b")")) ==
                 (std::vector<std::string>{"a", "b"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(places_stand_by_slot_and_key_and_an_id_as_it_was_written_last) {
  monitored_agents monitored;
  monitored.take(monitoring_started, entry(7, "start", R"("c","A","b")"));
  monitored.take(monitoring_started, entry(0, "start", R"("B")"));
  monitored.take(monitoring_started, entry(7, "reconnect", R"("a","d")"));
  monitored.add(7, "B");
  monitored.add(7, "e");
  std::vector<std::string> places;
  for (auto [slot, id] : monitored.places()) places.push_back(fmt::format("{} {}", slot, id));
  BOOST_TEST(places == (std::vector<std::string>{"0 B", "7 a", "7 B", "7 c", "7 d", "7 e"}),
             boost::test_tools::per_element());
  BOOST_TEST((monitored.contains("b") && monitored.contains("d") && !monitored.contains("f")));
  monitored.take(monitoring_interrupted, entry(7, "plan", R"("A","B","C","D","E")"));
  BOOST_TEST((monitored.contains("b") && !monitored.contains("d")));
}

BOOST_AUTO_TEST_CASE(what_is_no_monitoring_record_changes_nothing) {
  monitored_agents monitored;
  monitored.take(monitoring_started, entry(0, "start", R"("a")"));
  monitored.take(transition, entry(0, "start", R"("b")"));
  monitored.take(configuration_changed, entry(0, "start", R"("b")"));
  for (auto odd : {"", "{}", "[]", R"({"slot":0})", R"({"slot":"x","agentIds":["b"]})",
                   R"({"slot":-1,"agentIds":["b"]})", R"({"slot":0,"agentIds":"b"})", R"({"slot":0,"agentIds":[1]})"})
    monitored.take(monitoring_started, odd);
  BOOST_TEST(monitored.agent_ids() == std::vector<std::string>{"a"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(interruptions_are_counted_as_the_tracker_counts_them) {
  const std::vector<std::tuple<record_kind, std::string_view, std::uint64_t>> cases = {
      {monitoring_started, "start", 1},
      {monitoring_started, "reconnect", 0},
      {monitoring_interrupted, "shutdown", 0},
      {monitoring_interrupted, "plan", 0},
      {monitoring_interrupted, "hand-over", 1},
      {monitoring_interrupted, "lost connection", 1},
      {monitoring_interrupted, "process ended", 0},
      {configuration_changed, "start", 0},
  };
  for (auto& [kind, cause, counted] : cases) {
    system_metrics counts;
    record_draft record;
    record.kind = kind;
    count_record(counts, record, entry(0, cause, R"("a")"));
    BOOST_TEST(counts.interruptions == counted, cause);
  }
}

BOOST_AUTO_TEST_CASE(a_clock_that_is_set_is_noticed_and_one_that_is_brought_right_slowly_is_not) {
  using namespace std::chrono;
  struct {
    std::string name;
    nanoseconds world;
    nanoseconds steady;
    std::optional<nanoseconds> step;
  } const cases[] = {
      {"both go on", seconds{10}, seconds{10}, {}},
      {"it is brought right by 500 ppm over an hour", seconds{3600} + milliseconds{1800}, seconds{3600}, {}},
      {"half a second is no step", milliseconds{1490}, seconds{1}, {}},
      {"set forward", seconds{61}, seconds{1}, seconds{60}},
      {"set back", -seconds{59}, seconds{1}, -seconds{60}},
      {"back by less than what passed", seconds{8}, seconds{10}, -seconds{2}},
  };
  for (auto& each : cases) {
    clock_watch watch;
    BOOST_TEST(!watch.look(testing::trail_opening, hours{5}));
    BOOST_TEST((watch.look(testing::trail_opening + each.world, hours{5} + each.steady) == each.step), each.name);
    BOOST_TEST(!watch.look(testing::trail_opening + each.world, hours{5} + each.steady)); // once
  }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace floorwalker
