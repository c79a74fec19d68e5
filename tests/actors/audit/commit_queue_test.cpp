#include "actors/audit/commit_queue.hpp"

#include "tests/actors/record_samples.hpp"

#include <boost/test/unit_test.hpp>

namespace floorwalker {

using testing::committed;

BOOST_AUTO_TEST_SUITE(what_waits_for_the_disk)

BOOST_AUTO_TEST_CASE(batches_leave_in_their_order_when_their_last_record_is_committed) {
  commit_queue queue{1'000'000};
  auto first = committed({{}, {}});
  auto second = committed({{}}, {2, 2, 2});
  queue.push(first);
  queue.push(second);
  BOOST_TEST(queue.records() == 3u);
  struct {
    std::uint64_t committed;
    committed_batch_ptr next;
  } const steps[] = {{0, nullptr}, {1, nullptr}, {3, first}, {3, second}, {9, nullptr}};
  for (auto& step : steps) BOOST_TEST_CONTEXT("committed " << step.committed) {
      BOOST_TEST((queue.pop(step.committed) == step.next));
    }
  BOOST_TEST(queue.empty());
  BOOST_TEST(queue.records() == 0u);
}

BOOST_AUTO_TEST_CASE(it_is_full_from_its_bound_on_and_has_room_again_below) {
  auto batch = committed({{}});
  commit_queue queue{bytes_of(*batch) + 1};
  queue.push(batch);
  BOOST_TEST(!queue.full());
  queue.push(committed({{}}, {1, 1, 1}));
  BOOST_TEST(queue.full());
  queue.pop(1);
  BOOST_TEST(!queue.full());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace floorwalker
