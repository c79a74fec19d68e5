#include "actors/hub/working_figures.hpp"

#include "tests/actors/hub/figures_samples.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <functional>
#include <map>
#include <numeric>
#include <string>
#include <vector>

namespace floorwalker {
namespace {

using namespace std::chrono_literals;
using testing::fresh_row;
using testing::read_back;
using testing::told_records;

constexpr utc_time midnight = std::chrono::sys_days{std::chrono::year{2026} / 11 / 23};

civil_day utc_day(utc_time at) {
  auto begin = std::chrono::floor<std::chrono::days>(at);
  return {begin, begin + std::chrono::days{1}};
}

tenant_settings settings_of(figures_settings figures = {}) {
  tenant_settings settings;
  settings.name = "acme";
  settings.figures = std::move(figures);
  return settings;
}

/// "available 30, busy 15, unobserved 15": minutes, by name, of what there was time in.
std::string in_minutes(const working_figures& figures, const std::vector<tenths>& times) {
  std::map<std::string, std::int64_t> by_name;
  for (std::size_t code = 0; code < times.size(); ++code)
    if (times[code] > tenths{0}) by_name[figures.states()[code]] += times[code] / tenths{600};
  std::string text;
  for (const auto& [name, minutes] : by_name) {
    if (!text.empty()) text += ", ";
    text += name + " " + std::to_string(minutes);
  }
  return text;
}

tenths sum_of(const std::vector<tenths>& times) { return std::accumulate(times.begin(), times.end(), tenths{0}); }

/// Records of an agent's morning. Times are minutes since midnight.
class morning : public told_records {
public:
  utc_time at(int minutes) const { return midnight + std::chrono::minutes{minutes}; }
  void move(int minutes, std::string_view previous, std::string_view current, std::uint8_t flags = 0,
            bool valid = true) {
    transition({.previous = previous, .current = current, .at = at(minutes), .flags = flags, .valid = valid});
  }
  void start(int minutes, std::uint32_t listener = 0) {
    monitoring({.started = true, .slot = listener, .cause = "start", .at = at(minutes), .agent_ids = {"a-1"}});
  }
  void interrupt(int minutes, std::optional<int> last_received = {}, std::optional<std::uint32_t> listener = 0) {
    monitoring_entry entry{.slot = listener, .cause = "lost connection", .at = at(minutes), .agent_ids = {"a-1"}};
    if (last_received) entry.last_received = at(*last_received);
    monitoring(entry);
  }
};

struct rule_case {
  std::string sentence;
  std::function<void(morning&)> tell;
  agent_status row;     ///< at the end, an hour after midnight
  std::string expected; ///< of today
};

agent_status stale_row() {
  auto row = fresh_row();
  row.stale = true;
  return row;
}

const rule_case rules[] = {
    {"an agent of whom no record tells was not observed", [](morning&) {}, fresh_row(), "unobserved 60"},
    {"time in a state goes from its event to the next",
     [](morning& m) {
       m.start(0);
       m.reconciled("a-1", std::nullopt, "available", m.at(0));
       m.move(30, "available", "busy");
       m.move(45, "busy", "wrap-up");
     },
     fresh_row(), "available 30, busy 15, wrap-up 15"},
    {"before monitoring starts nothing was observed",
     [](morning& m) {
       m.start(20);
       m.reconciled("a-1", "busy", "available", m.at(20));
     },
     fresh_row(), "available 40, unobserved 20"},
    {"counting that begins within a day takes the first event's word for what was before",
     [](morning& m) { m.move(40, "break", "available"); }, fresh_row(), "available 20, break 40"},
    {"but not where the engine knew of another state", [](morning& m) { m.move(40, "break", "available", flag_gap); },
     fresh_row(), "available 20, unobserved 40"},
    {"a state that lasts since before counting began is told by the row", [](morning& m) { m.interrupt(40); },
     [] {
       auto row = fresh_row("a-1", "break");
       row.stale = true;
       return row;
     }(),
     "break 40, unobserved 20"},
    {"an event out of order moves nothing",
     [](morning& m) {
       m.move(30, "available", "busy");
       m.move(20, "busy", "break", flag_out_of_order);
     },
     fresh_row(), "available 30, busy 30"},
    {"a gap ends a stretch of which nobody knows what it was",
     [](morning& m) {
       m.move(10, "available", "busy");
       m.move(40, "break", "available", flag_gap);
     },
     fresh_row(), "available 30, unobserved 30"},
    {"a state that was entered by an unauthorized transition counts, for the platform says so",
     [](morning& m) { m.move(30, "available", "lunch", 0, false); }, fresh_row(), "available 30, lunch 30"},
    {"from the last thing received to the next start nothing was observed",
     [](morning& m) {
       m.move(10, "available", "busy");
       m.interrupt(30, 25);
       m.start(40);
     },
     fresh_row(), "available 10, busy 35, unobserved 15"},
    {"what a listing corrects held since monitoring started again",
     [](morning& m) {
       m.move(10, "available", "busy");
       m.interrupt(20);
       m.start(40);
       m.reconciled("a-1", "busy", "break", m.at(45));
     },
     fresh_row(), "available 10, break 20, busy 10, unobserved 20"},
    {"and so did what the first event after it says was before",
     [](morning& m) {
       m.move(10, "available", "busy");
       m.interrupt(20);
       m.start(40);
       m.move(50, "wrap-up", "available", flag_gap);
     },
     fresh_row(), "available 20, busy 10, unobserved 20, wrap-up 10"},
    {"time since the last record counts only if the row is fresh",
     [](morning& m) {
       m.move(10, "available", "busy");
       m.interrupt(20);
       m.start(40);
     },
     stale_row(), "available 10, busy 10, unobserved 40"},
    {"a start that follows no end means that nobody could tell of it",
     [](morning& m) {
       m.start(0, 3);
       m.reconciled("a-1", std::nullopt, "available", m.at(0));
       m.move(10, "available", "busy");
       m.start(30, 3);
     },
     fresh_row(), "available 10, busy 30, unobserved 20"},
    {"an agent that moves to another listener is watched all the time",
     [](morning& m) {
       m.start(0, 3);
       m.reconciled("a-1", std::nullopt, "available", m.at(0));
       m.start(20, 5);
       m.interrupt(20, {}, 3);
     },
     fresh_row(), "available 60"},
    {"a process that ended without a word ended with its last record",
     [](morning& m) {
       m.move(10, "available", "busy");
       m.monitoring({.cause = "process ended", .at = m.at(40), .last_record = m.at(15), .agent_ids = {"a-1"}});
     },
     fresh_row(), "available 10, busy 5, unobserved 45"},
    {"an event of the future counts from its receipt",
     [](morning& m) {
       m.transition({.previous = "available", .current = "busy", .at = m.at(50), .received = m.at(30)});
     },
     fresh_row(), "available 30, busy 30"},
    {"an event that comes late counts from its own time",
     [](morning& m) {
       m.transition({.previous = "available", .current = "busy", .at = m.at(10), .received = m.at(30)});
     },
     fresh_row(), "available 10, busy 50"},
    {"an event from before midnight counts from midnight",
     [](morning& m) {
       m.transition({.previous = "available", .current = "busy", .at = m.at(-5), .received = m.at(1)});
     },
     fresh_row(), "busy 60"},
    {"a transition to the same state does not end the stretch",
     [](morning& m) {
       m.move(10, "available", "busy");
       m.move(20, "busy", "busy");
     },
     fresh_row(), "available 10, busy 50"},
};

working_figures counted(const std::vector<committed_batch_ptr>& batches, utc_time now = midnight + 1h,
                        figures_settings settings = {}) {
  working_figures figures{settings_of(std::move(settings)), utc_day};
  figures.begin(now, figures.earliest(now));
  for (const auto& batch : batches) figures.take(*batch);
  return figures;
}

} // namespace

BOOST_AUTO_TEST_SUITE(working_figures_rules)

BOOST_AUTO_TEST_CASE(time_goes_to_the_states_that_the_trail_tells_live_and_read_back) {
  for (const auto& each : rules) BOOST_TEST_CONTEXT(each.sentence) {
      morning told;
      each.tell(told);
      std::vector<committed_batch_ptr> batches;
      if (!told.empty()) batches.push_back(told.commit());
      for (auto again : {false, true}) {
        if (again && !batches.empty()) batches[0] = read_back(*batches[0]);
        auto figures = counted(batches);
        auto of = figures.of(each.row, "a-1", midnight + 1h);
        BOOST_TEST(in_minutes(figures, of.counts.today) == each.expected);
        BOOST_TEST((sum_of(of.counts.today) == tenths{36000}));
      }
    }
}

BOOST_AUTO_TEST_CASE(occupancy_is_productive_time_in_productive_and_waiting_time) {
  struct {
    std::string sentence;
    int available, busy, lunch; ///< minutes
    figures_settings settings;
    std::optional<double> expected;
  } const cases[] = {
      {"all other time is on neither side", 15, 45, 60, {}, 0.75},
      {"somebody who only waits has none", 10, 0, 0, {}, 0.0},
      {"without either there is none, which is not zero", 0, 0, 60, {}, std::nullopt},
      {"which states these are is configured", 15, 45, 60, {.productive = {"lunch"}, .waiting = {"busy"}}, 60.0 / 105},
  };
  for (const auto& each : cases) BOOST_TEST_CONTEXT(each.sentence) {
      working_figures figures{settings_of(each.settings), utc_day};
      auto counts = figures.nobody();
      for (std::size_t code = 0; code < counts.today.size(); ++code) {
        const auto& name = figures.states()[code];
        auto minutes = name == "available" ? each.available
                       : name == "busy"    ? each.busy
                       : name == "lunch"   ? each.lunch
                                           : 0;
        counts.today[code] = std::chrono::minutes{minutes};
      }
      auto occupancy = figures.occupancy(counts.today);
      BOOST_TEST(occupancy.has_value() == each.expected.has_value());
      if (occupancy && each.expected) BOOST_TEST(*occupancy == *each.expected, boost::test_tools::tolerance(1e-9));
    }
}

BOOST_AUTO_TEST_CASE(occupancy_agrees_with_a_row_that_the_platform_itself_reported) {
  // Talk 27,786.150 s and after-contact work 17,956.379 s beside 78,523.174 s available: reported as 36.81 %.
  working_figures figures{settings_of(), utc_day};
  auto counts = figures.nobody();
  for (std::size_t code = 0; code < counts.today.size(); ++code) {
    const auto& name = figures.states()[code];
    counts.today[code] = tenths{name == "busy"        ? 277861
                                : name == "wrap-up"   ? 179564
                                : name == "available" ? 785232
                                                      : 0};
  }
  BOOST_TEST(figures.occupancy(counts.today).value() * 100 == 36.81, boost::test_tools::tolerance(1e-4));
}

BOOST_AUTO_TEST_CASE(the_longest_stretch_is_of_today_and_may_still_last) {
  morning told;
  told.move(-90, "busy", "available");
  told.move(20, "available", "busy");
  told.move(25, "busy", "available");
  told.move(35, "available", "break");
  auto figures = counted({told.commit()});
  auto longest = figures.of(fresh_row(), "a-1", midnight + 50min).longest;
  BOOST_REQUIRE(longest.has_value());
  BOOST_TEST(figures.states()[longest->state] == "available"); // since midnight: what was before is not of today
  BOOST_TEST((longest->time == tenths{20 * 600}));
  longest = figures.of(fresh_row(), "a-1", midnight + 60min).longest;
  BOOST_TEST(figures.states()[longest->state] == "break");
  BOOST_TEST((longest->time == tenths{25 * 600}));
}

BOOST_AUTO_TEST_CASE(unverified_time_is_told_beside_the_states_that_hold_it) {
  morning told;
  told.move(10, "available", "lunch", 0, false);
  told.move(30, "lunch", "available");
  told.move(50, "available", "lunch", 0, false);
  auto of = counted({told.commit()}).of(fresh_row(), "a-1", midnight + 1h);
  BOOST_TEST((of.counts.unverified_today == tenths{30 * 600}));
}

BOOST_AUTO_TEST_CASE(the_window_moves_by_tenths_and_is_as_long_as_it_says) {
  morning told;
  told.move(60, "available", "busy");
  told.move(122, "busy", "available");
  told.move(130, "available", "busy");
  auto figures = counted({told.commit()}, midnight + 4h);
  struct {
    int minutes; ///< since midnight
    int begin;
    std::string states;
    std::uint64_t transitions;
  } const cases[] = {
      {131, 66, "available 8, busy 57", 2},
      {138, 78, "available 8, busy 52", 2},
      {185, 120, "available 8, busy 57", 2},
      {186, 126, "available 4, busy 56", 1},
      {192, 132, "busy 60", 0},
  };
  for (const auto& each : cases) BOOST_TEST_CONTEXT(each.minutes) {
      auto now = midnight + std::chrono::minutes{each.minutes};
      auto of = figures.of(fresh_row(), "a-1", now);
      BOOST_TEST((figures.window_begin(now) == midnight + std::chrono::minutes{each.begin}));
      BOOST_TEST(in_minutes(figures, of.counts.window) == each.states);
      BOOST_TEST((sum_of(of.counts.window) == now - figures.window_begin(now)));
      BOOST_TEST(of.counts.transitions_window == each.transitions);
    }
}

BOOST_AUTO_TEST_CASE(a_new_day_begins_at_its_midnight_and_the_window_goes_on) {
  morning told;
  told.move(23 * 60 + 30, "available", "busy");
  auto figures = counted({told.commit()}, midnight + 1h);
  figures.turn(midnight + 24h + 1s);
  auto now = midnight + 24h + 12min;
  auto of = figures.of(fresh_row(), "a-1", now);
  BOOST_TEST(in_minutes(figures, of.counts.today) == "busy 12");
  BOOST_TEST(of.counts.transitions_today == 0u);
  BOOST_TEST(in_minutes(figures, of.counts.window) == "available 18, busy 42");
  BOOST_TEST(of.counts.transitions_window == 1u);
}

BOOST_AUTO_TEST_CASE(a_record_turns_the_day_before_a_clock_does) {
  morning told;
  told.move(23 * 60, "available", "busy");
  told.move(24 * 60 + 5, "busy", "wrap-up");
  auto figures = counted({told.commit()});
  BOOST_TEST((figures.day().begin == midnight + 24h));
  auto of = figures.of(fresh_row(), "a-1", midnight + 24h + 10min);
  BOOST_TEST(in_minutes(figures, of.counts.today) == "busy 5, wrap-up 5");
}

BOOST_AUTO_TEST_CASE(a_few_states_of_an_agent_are_told_apart_and_room_is_kept_for_those_that_occupancy_needs) {
  morning told;
  std::string state = "start";
  for (auto i = 0; i < 20; ++i) {
    auto next = "odd-" + std::to_string(i);
    told.move(i, state, next);
    state = next;
  }
  told.move(20, state, "busy");
  told.move(30, "busy", "wrap-up");
  told.move(40, "wrap-up", "available");
  auto figures = counted({told.commit()});
  auto of = figures.of(fresh_row(), "a-1", midnight + 1h);
  BOOST_TEST(in_minutes(figures, of.counts.today).find("available 20, busy 10, odd-0 1") == 0u);
  BOOST_TEST(in_minutes(figures, of.counts.today).find("wrap-up 10") != std::string::npos);
  BOOST_TEST((of.counts.today[other_code] == tenths{16 * 600}));
  BOOST_TEST(figures.occupancy(of.counts.today).value() == 0.5);
  BOOST_TEST((sum_of(of.counts.today) == tenths{36000}));
}

BOOST_AUTO_TEST_CASE(states_without_end_cannot_fill_the_memory) {
  working_figures figures{settings_of(), utc_day};
  figures.begin(midnight + 1h, midnight);
  morning told;
  for (auto i = 0; i < 1000; ++i) told.move(i / 20, "odd-" + std::to_string(i), "odd-" + std::to_string(i + 1));
  figures.take(*told.commit());
  BOOST_TEST(figures.states().size() == working_figures::states_max);
  BOOST_TEST((sum_of(figures.of(fresh_row(), "a-1", midnight + 1h).counts.today) == tenths{36000}));
}

BOOST_AUTO_TEST_CASE(who_is_no_longer_watched_is_forgotten_with_the_day) {
  morning told;
  told.move(10, "available", "busy");
  told.monitoring({.slot = 0, .cause = "plan", .at = told.at(20), .agent_ids = {"a-1"}});
  auto figures = counted({told.commit()});
  BOOST_TEST(figures.agents() == 1u);
  figures.turn(midnight + 24h);
  BOOST_TEST(figures.agents() == 0u);
}

BOOST_AUTO_TEST_CASE(every_judged_transition_counts_as_one_out_of_order_or_not) {
  morning told;
  told.move(10, "available", "busy");
  told.move(5, "busy", "available", flag_out_of_order);
  told.move(20, "busy", "wrap-up");
  auto of = counted({told.commit()}).of(fresh_row(), "a-1", midnight + 1h);
  BOOST_TEST(of.counts.transitions_today == 3u);
  BOOST_TEST(of.counts.transitions_window == 3u);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace floorwalker
