// What the load generator sends is a valid course of events, however often it is sent.
#include "bench/event_courses.hpp"
#include "bench/hot_path.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstddef>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

using namespace floorwalker;
using namespace floorwalker::bench;

BOOST_AUTO_TEST_SUITE(event_courses_suite)

BOOST_AUTO_TEST_CASE(a_course_that_is_repeated_has_no_gap_no_duplicate_and_nothing_out_of_order) {
  hot_path path{way::judge};
  for (auto i = 0; i < 20; ++i) {
    path.take_batch();
    auto& drafts = path.drafts();
    BOOST_REQUIRE(drafts.records.size() == path.events_a_batch());
    for (auto& record : drafts.records) BOOST_REQUIRE(record.flags == 0);
    BOOST_REQUIRE(drafts.tally.duplicates == 0u);
    BOOST_REQUIRE(drafts.tally.malformed == 0u);
  }
}

BOOST_AUTO_TEST_CASE(few_transitions_of_a_course_are_unauthorized_and_some_are) {
  hot_path path{way::judge};
  path.take_batch();
  auto& records = path.drafts().records;
  auto unauthorized = std::ranges::count_if(records, [](auto& record) { return !record.valid; });
  BOOST_TEST(unauthorized > 0);
  BOOST_TEST(unauthorized < static_cast<std::ptrdiff_t>(records.size() / 20));
}

BOOST_AUTO_TEST_CASE(equal_seeds_give_equal_courses_and_agents) {
  std::vector<std::string> ids{agent_id(7, 1, 0), agent_id(7, 1, 1)};
  BOOST_TEST(agent_id(7, 1, 0) == ids[0]);
  BOOST_TEST(agent_id(7, 2, 0) != ids[0]);
  BOOST_TEST(agent_id(8, 1, 0) != ids[0]);
  event_course one{ids, matrix_of(4), 7, 60'000};
  event_course other{ids, matrix_of(4), 7, 60'000};
  BOOST_TEST((one.all() == other.all()));
}

BOOST_AUTO_TEST_CASE(a_course_of_many_states_is_closed_too) {
  for (std::size_t states : {10, 50, 200}) {
    std::vector<std::string> ids;
    for (std::uint32_t i = 0; i < 50; ++i) ids.push_back(agent_id(1, 1, i));
    event_course course{ids, matrix_of(states), 1, 65'536};
    BOOST_TEST(course.size() >= 200u);
    BOOST_TEST(course.all().size() <= 65'536u + 8'192u);
  }
}

BOOST_AUTO_TEST_CASE(every_event_of_a_stamped_course_has_a_time_of_its_own) {
  event_course course{{agent_id(1, 1, 0)}, matrix_of(4), 1, 65'536};
  utc_time at{std::chrono::microseconds{1'790'000'000'123'456}};
  course.stamp(3, at + std::chrono::nanoseconds{789}); // a paced event leaves its own digits behind
  course.stamp_all(at);
  std::set<std::string_view> times;
  for (std::size_t i = 0; i < course.size(); ++i) {
    auto text = course.text(i);
    times.insert(text.substr(text.find("timestamp"), 43));
  }
  BOOST_TEST(times.size() == course.size());
}

BOOST_AUTO_TEST_CASE(a_matrix_has_four_states_or_at_least_ten) {
  for (std::size_t states : {1, 3, 9}) BOOST_CHECK_THROW(matrix_of(states), std::invalid_argument);
  BOOST_TEST(matrix_of(12).size() == 12u);
}

BOOST_AUTO_TEST_SUITE_END()
