// Once everything has its size, an event allocates nothing.
#include "bench/hot_path.hpp"
#include "tests/bench/counted_allocations.hpp"

#include <boost/test/unit_test.hpp>

#include <memory>
#include <string>

using namespace floorwalker;
using namespace floorwalker::bench;

namespace {

/// So that every agent has as many remembered events as are ever remembered, and every batch has its size.
constexpr int warming_batches = 40;
constexpr int measured_batches = 100;

std::uint64_t allocations_of(way until) {
  hot_path path{until};
  for (auto i = 0; i < warming_batches; ++i) path.take_batch();
  auto before = allocations();
  for (auto i = 0; i < measured_batches; ++i) path.take_batch();
  return allocations() - before;
}

} // namespace

BOOST_AUTO_TEST_SUITE(hot_path_allocations_suite)

BOOST_AUTO_TEST_CASE(allocations_are_counted) {
  auto before = allocations();
  auto text = std::make_unique<std::string>(1000, 'x');
  BOOST_TEST(allocations() - before >= 2u);
}

BOOST_AUTO_TEST_CASE(to_decode_an_event_allocates_nothing) { BOOST_TEST(allocations_of(way::decode) == 0u); }

BOOST_AUTO_TEST_CASE(to_judge_an_event_and_to_write_its_text_allocates_nothing) {
  BOOST_TEST(allocations_of(way::judge) == 0u);
}

BOOST_AUTO_TEST_CASE(to_number_a_batch_allocates_a_few_times_however_many_events_it_has) {
  BOOST_TEST(allocations_of(way::number) <= measured_batches * 4u);
}

// OpenSSL 3.0 makes a new state whenever a digest begins, whatever was kept of the last one.
BOOST_AUTO_TEST_CASE(to_chain_a_record_allocates_nothing_but_the_state_of_its_digest) {
  auto events = measured_batches * hot_path{way::decode}.events_a_batch();
  BOOST_TEST(allocations_of(way::trail) - allocations_of(way::number) <= events);
}

BOOST_AUTO_TEST_SUITE_END()
