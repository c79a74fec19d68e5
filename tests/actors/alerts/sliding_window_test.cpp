#include "actors/alerts/sliding_window.hpp"

#include "tests/actors/record_samples.hpp"

#include <boost/test/unit_test.hpp>

namespace floorwalker {
namespace {

using namespace std::chrono_literals;
using testing::opening;

/// Counts one event at `at`, as the rules do.
void event(sliding_window& window, utc_time at, window_counts counts = {1, 0, 0}) {
  while (!window.reaches(at)) window.step_towards(at);
  window.add(at, counts);
}

void move_to(sliding_window& window, utc_time at) {
  while (!window.reaches(at)) window.step_towards(at);
}

} // namespace

BOOST_AUTO_TEST_SUITE(window)

BOOST_AUTO_TEST_CASE(an_event_counts_for_the_length_of_the_window_to_within_a_three_hundredth) {
  sliding_window window{5min};
  event(window, opening, {1, 1, 1});
  move_to(window, opening + 5min - 1s);
  BOOST_TEST((window.sum() == window_counts{1, 1, 1}));
  move_to(window, opening + 5min);
  BOOST_TEST((window.sum() == window_counts{}));
}

BOOST_AUTO_TEST_CASE(each_event_leaves_at_its_own_time) {
  sliding_window window{5min};
  for (int minute = 0; minute < 5; ++minute) event(window, opening + minute * 1min);
  BOOST_TEST(window.sum().events == 5u);
  move_to(window, opening + 7min);
  BOOST_TEST(window.sum().events == 2u);
}

BOOST_AUTO_TEST_CASE(an_event_that_was_received_a_little_earlier_counts_in_its_own_part) {
  sliding_window window{5min};
  event(window, opening + 10s);
  event(window, opening);
  BOOST_TEST(window.sum().events == 2u);
  move_to(window, opening + 5min);
  BOOST_TEST(window.sum().events == 1u);
}

BOOST_AUTO_TEST_CASE(an_event_older_than_the_window_is_left_out) {
  sliding_window window{5min};
  event(window, opening + 5min);
  event(window, opening);
  BOOST_TEST(window.sum().events == 1u);
}

BOOST_AUTO_TEST_CASE(a_clock_set_back_by_a_year_begins_a_new_window) {
  sliding_window window{5min};
  event(window, opening + 8760h);
  event(window, opening);
  event(window, opening + 1s);
  BOOST_TEST(window.sum().events == 2u);
}

BOOST_AUTO_TEST_CASE(a_clock_set_ahead_by_a_century_takes_few_steps) {
  sliding_window window{5min};
  event(window, opening);
  int steps = 0;
  for (auto later = opening + 876'000h; !window.reaches(later); ++steps) window.step_towards(later);
  BOOST_TEST(steps <= 301);
  BOOST_TEST(window.sum().events == 0u);
}

BOOST_AUTO_TEST_CASE(a_window_of_a_nanosecond_and_one_of_years_work) {
  for (std::chrono::nanoseconds length : {1ns, std::chrono::nanoseconds{87'600h}}) {
    sliding_window window{length};
    event(window, opening);
    BOOST_TEST(window.sum().events == 1u);
  }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace floorwalker
