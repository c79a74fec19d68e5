#include "actors/sinks/trail_course.hpp"

#include "tests/actors/record_samples.hpp"

#include <boost/test/unit_test.hpp>

#include <optional>
#include <vector>

namespace floorwalker {
namespace {

using testing::sample;

/// A batch of the records `first` to `last`.
committed_batch_ptr records(std::uint64_t first, std::uint64_t last) {
  return testing::committed(std::vector<sample>(last - first + 1), {first - 1, 0, 0});
}

trail_stretch stretch(std::uint64_t from, committed_batch_ptr batch, std::string problem = {}) {
  return {"acme", from, std::move(batch), std::move(problem)};
}

} // namespace

BOOST_AUTO_TEST_SUITE(following_a_trail)

BOOST_AUTO_TEST_CASE(a_cursor_says_what_comes_next) {
  struct {
    trail_cursor cursor;
    std::vector<epoch_start> epochs;
    std::uint64_t next;
    std::string_view because;
  } const rows[] = {
      {{1, 7}, {{1, 0}}, 8, "the same epoch"},
      {{1, 7}, {{1, 0}, {2, 9}}, 8, "restored behind it"},
      {{1, 7}, {{1, 0}, {2, 7}}, 8, "restored right there"},
      {{1, 7}, {{1, 0}, {2, 3}}, 4, "restored before it"},
      {{1, 7}, {{1, 0}, {2, 3}, {3, 5}}, 4, "restored twice"},
      {{1, 7}, {{1, 0}, {2, 6}, {3, 2}}, 3, "restored twice, the second time to an older copy"},
      {{2, 7}, {{1, 0}, {2, 3}}, 8, "an older restoring is known already"},
      {{1, 0}, {{1, 0}}, 1, "nothing was delivered"},
  };
  for (auto& row : rows) BOOST_TEST_CONTEXT(row.because) {
      BOOST_TEST(next_after(row.cursor, row.epochs) == row.next);
    }
}

BOOST_AUTO_TEST_CASE(batches_that_follow_are_taken_and_nothing_is_read) {
  trail_course course{1, 0};
  BOOST_TEST(course.offered(records(1, 3), true));
  BOOST_TEST(course.offered(records(4, 4), true));
  BOOST_TEST(!course.to_read());
  BOOST_TEST(course.done() == 4u);
  BOOST_TEST(course.behind() == 0u);
}

BOOST_AUTO_TEST_CASE(what_does_not_follow_or_finds_no_room_is_read) {
  trail_course course{1, 0};
  BOOST_TEST(!course.offered(records(1, 3), false));
  BOOST_TEST(!course.offered(records(4, 6), true));
  BOOST_TEST((course.to_read() == std::optional<std::uint64_t>{1}));
  BOOST_TEST(course.behind() == 6u);
}

BOOST_AUTO_TEST_CASE(one_read_at_a_time) {
  trail_course course{1, 9};
  course.reading();
  BOOST_TEST(!course.to_read());
  BOOST_TEST(course.read(stretch(1, records(1, 5))).wanted);
  BOOST_TEST((course.to_read() == std::optional<std::uint64_t>{6}));
}

BOOST_AUTO_TEST_CASE(an_answer_to_a_question_that_was_not_asked_changes_nothing) {
  trail_course course{1, 9};
  BOOST_TEST(!course.read(stretch(1, records(1, 5))).wanted);
  course.reading();
  BOOST_TEST(!course.read(stretch(2, records(2, 5))).wanted);
  BOOST_TEST(course.done() == 0u);
}

BOOST_AUTO_TEST_CASE(a_read_that_brings_nothing_usable_is_a_problem_and_moves_nothing) {
  struct {
    trail_stretch answer;
    std::string problem;
  } const rows[] = {{stretch(3, nullptr, "input/output error"), "input/output error"},
                    {stretch(3, nullptr), "it gives no records"},
                    {stretch(3, records(2, 4)), "it gives records that were not asked for"}};
  for (auto& row : rows) BOOST_TEST_CONTEXT(row.problem) {
      trail_course course{3, 9};
      course.reading();
      auto answer = course.read(row.answer);
      BOOST_TEST(answer.wanted);
      BOOST_TEST(answer.problem == row.problem);
      BOOST_TEST((course.to_read() == std::optional<std::uint64_t>{3}));
    }
}

BOOST_AUTO_TEST_CASE(records_that_are_no_longer_kept_are_counted_and_skipped) {
  trail_course course{1, 9};
  course.reading();
  BOOST_TEST(course.read(stretch(1, records(5, 9))).missing == 4u);
  BOOST_TEST(course.done() == 9u);
}

BOOST_AUTO_TEST_CASE(what_is_handed_over_during_a_read_follows_without_a_further_one) {
  trail_course course{1, 4};
  course.reading();
  auto third = records(5, 6);
  BOOST_TEST(!course.offered(records(3, 4), true)); // the read brings this one too
  BOOST_TEST(!course.offered(third, true));
  course.read(stretch(1, records(1, 4)));
  BOOST_TEST((course.take_kept() == third));
  BOOST_TEST((course.take_kept() == nullptr));
  BOOST_TEST(!course.to_read());
  BOOST_TEST(course.offered(records(7, 7), true));
}

BOOST_AUTO_TEST_CASE(of_what_is_handed_over_during_a_read_only_the_newest_that_are_whole_are_kept) {
  trail_course course{1, 100};
  course.reading();
  for (std::uint64_t first = 101; first < 101 + trail_course::ahead_max + 2; ++first)
    course.offered(records(first, first), true);
  course.read(stretch(1, records(1, 101)));
  BOOST_TEST((course.take_kept() == nullptr)); // 102 was dropped
  BOOST_TEST((course.to_read() == std::optional<std::uint64_t>{102}));
  course.reading();
  course.read(stretch(102, records(102, 102)));
  for (std::uint64_t first = 103; first < 101 + trail_course::ahead_max + 2; ++first)
    BOOST_TEST(course.take_kept()->positions.front().sequence == first);
  BOOST_TEST(course.behind() == 0u);
}

BOOST_AUTO_TEST_CASE(a_batch_left_out_during_a_read_is_not_skipped) {
  trail_course course{1, 1};
  course.reading();
  course.offered(records(2, 2), true);
  course.offered(records(4, 4), true); // the journal left out 3
  course.read(stretch(1, records(1, 2)));
  BOOST_TEST((course.take_kept() == nullptr));
  BOOST_TEST((course.to_read() == std::optional<std::uint64_t>{3}));
}

BOOST_AUTO_TEST_CASE(a_read_that_ends_within_a_kept_batch_is_followed_by_another) {
  trail_course course{1, 1};
  course.reading();
  course.offered(records(2, 5), true);
  course.read(stretch(1, records(1, 3)));
  BOOST_TEST((course.take_kept() == nullptr));
  BOOST_TEST((course.to_read() == std::optional<std::uint64_t>{4}));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace floorwalker
