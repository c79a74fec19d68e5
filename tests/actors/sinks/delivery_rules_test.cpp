#include "actors/sinks/delivery_queue.hpp"
#include "actors/sinks/write_retry.hpp"

#include "tests/actors/record_samples.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace floorwalker {
namespace {

using namespace std::chrono_literals;
using testing::committed;
using testing::sample;

delivery of(const committed_batch_ptr& batch) { return {nullptr, batch, batch->positions.size()}; }

/// A delivery of one record with `bytes` or a little more.
delivery of_size(std::size_t bytes) { return of(committed({{.agent = std::string(bytes, 'x')}})); }

} // namespace

BOOST_AUTO_TEST_SUITE(queue)

BOOST_AUTO_TEST_CASE(everything_that_waits_becomes_one_group) {
  delivery_queue queue;
  queue.push(of_size(1));
  auto first = queue.begin_group();
  queue.push(of_size(2));
  queue.push(of_size(3));
  BOOST_TEST(first->size() == 1u);
  BOOST_TEST(queue.group_number() == 1u);
  BOOST_TEST(!queue.begin_group()); // one is under way
  queue.finish_group();
  BOOST_TEST(queue.begin_group()->size() == 2u);
  BOOST_TEST(queue.group_number() == 2u);
}

BOOST_AUTO_TEST_CASE(a_group_counts_until_it_is_written) {
  delivery_queue queue{{.deliveries = 2}};
  queue.push(of(committed({{}, {}})));
  queue.push(of(committed({{}})));
  BOOST_TEST(!queue.has_room());
  queue.begin_group();
  BOOST_TEST(!queue.has_room());
  BOOST_TEST(queue.records() == 3u);
  queue.finish_group();
  BOOST_TEST(queue.has_room());
  BOOST_TEST(queue.records() == 0u);
  BOOST_TEST(queue.empty());
}

BOOST_AUTO_TEST_CASE(the_bound_in_bytes_holds_as_well) {
  delivery_queue queue{{.bytes = 10'000}};
  queue.push(of_size(1000));
  BOOST_TEST(queue.has_room());
  queue.push(of_size(100'000)); // accepted, since there was room
  BOOST_TEST(!queue.has_room());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(retries)

BOOST_AUTO_TEST_CASE(the_wait_doubles_up_to_half_a_minute) {
  write_retry retry;
  for (auto expected : {1s, 2s, 4s, 8s, 16s, 30s, 30s, 30s}) BOOST_TEST((retry.failed().delay == expected));
  BOOST_TEST(retry.failures() == 8u);
}

BOOST_AUTO_TEST_CASE(the_first_failure_is_logged_and_then_at_most_one_a_minute) {
  write_retry retry;
  std::chrono::seconds at{0}, last_logged{-60};
  int logged = 0;
  for (int i = 0; i < 100; ++i) {
    auto [delay, log] = retry.failed();
    if (log) {
      BOOST_TEST((at - last_logged >= 60s));
      last_logged = at;
      ++logged;
    }
    at += delay;
  }
  BOOST_TEST(logged > 30);
}

BOOST_AUTO_TEST_CASE(a_receiver_that_says_when_is_believed_up_to_an_hour) {
  struct {
    std::chrono::seconds retry_after, delay;
  } const rows[] = {{0s, 1s}, {1s, 2s}, {90s, 90s}, {1h, 1h}, {2h, 1h}, {-5s, 30s}};
  write_retry retry;
  for (auto& row : rows) BOOST_TEST_CONTEXT(row.retry_after.count() << " s") {
      BOOST_TEST((retry.failed(row.retry_after).delay == row.delay));
    }
}

BOOST_AUTO_TEST_CASE(failures_are_counted_in_a_row_and_for_ever) {
  write_retry retry;
  retry.failed();
  retry.failed();
  retry.succeeded();
  retry.failed();
  BOOST_TEST(retry.failures() == 1u);
  BOOST_TEST(retry.failures_ever() == 3u);
}

BOOST_AUTO_TEST_CASE(a_success_ends_the_run) {
  write_retry retry;
  retry.failed();
  retry.failed();
  BOOST_TEST(retry.succeeded() == 2u);
  BOOST_TEST(retry.succeeded() == 0u);
  auto again = retry.failed();
  BOOST_TEST((again.delay == 1s));
  BOOST_TEST(again.log);
}

BOOST_AUTO_TEST_CASE(who_is_in_a_hurry_waits_shortly_but_says_no_more) {
  write_retry retry;
  for (int i = 0; i < 5; ++i) retry.failed();
  retry.hurry();
  auto next = retry.failed();
  BOOST_TEST((next.delay == 1s));
  BOOST_TEST(!next.log);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace floorwalker
