#include "actors/audit/trail_position.hpp"

#include "tests/actors/record_samples.hpp"

#include <boost/test/unit_test.hpp>

#include <stdexcept>

namespace floorwalker {
namespace {

using testing::drafts_of;
using testing::sample;

const auto tenant = testing::trail_of("acme");

sample interruption() { return {.agent = "", .kind = record_kind::monitoring_interrupted}; }

} // namespace

BOOST_AUTO_TEST_SUITE(numbering)

BOOST_AUTO_TEST_CASE(the_first_record_is_number_one_and_the_next_batch_goes_on) {
  trail_position position;
  auto first = number_batch(tenant, drafts_of({{.agent = "a"}, {.agent = "b"}}), position);
  auto second = number_batch(tenant, drafts_of({{.agent = "c"}}), position);
  BOOST_TEST(first->lines == "{\"sequence\":1,\"agentId\":\"a\"}\n{\"sequence\":2,\"agentId\":\"b\"}\n");
  BOOST_TEST(second->lines == "{\"sequence\":3,\"agentId\":\"c\"}\n");
  BOOST_TEST(*second->tenant == "acme");
}

BOOST_AUTO_TEST_CASE(a_position_points_at_its_line_without_the_newline) {
  trail_position position{99, 0, 0};
  auto batch = number_batch(tenant, drafts_of({{.agent = "a"}, {.agent = "b"}}), position);
  BOOST_TEST(batch->positions[0].line.in(batch->lines) == "{\"sequence\":100,\"agentId\":\"a\"}");
  BOOST_TEST(batch->positions[1].line.in(batch->lines) == "{\"sequence\":101,\"agentId\":\"b\"}");
}

BOOST_AUTO_TEST_CASE(only_transitions_count_for_accuracy_and_every_record_takes_a_sequence) {
  trail_position position;
  auto batch = number_batch(tenant, drafts_of({{}, {.valid = false}, interruption(), {}}), position);
  struct {
    std::uint64_t sequence, valid, total;
  } const expected[] = {{1, 1, 1}, {2, 1, 2}, {3, 1, 2}, {4, 2, 3}};
  for (std::size_t i = 0; i < 4; ++i) BOOST_TEST_CONTEXT("record " << i) {
      BOOST_TEST(batch->positions[i].sequence == expected[i].sequence);
      BOOST_TEST(batch->positions[i].valid_total == expected[i].valid);
      BOOST_TEST(batch->positions[i].total == expected[i].total);
    }
  BOOST_TEST((position == trail_position{4, 2, 3}));
}

BOOST_AUTO_TEST_CASE(a_batch_of_counts_alone_moves_nothing) {
  trail_position position{7, 3, 5};
  auto batch = number_batch(tenant, drafts_of({}), position);
  BOOST_TEST(batch->lines.empty());
  BOOST_TEST((position == trail_position{7, 3, 5}));
}

BOOST_AUTO_TEST_CASE(the_longest_sequence_fits) {
  trail_position position{18'446'744'073'709'551'613u, 0, 0};
  auto batch = number_batch(tenant, drafts_of({{.agent = "a"}}), position);
  BOOST_TEST(batch->lines == "{\"sequence\":18446744073709551614,\"agentId\":\"a\"}\n");
}

BOOST_AUTO_TEST_CASE(a_draft_whose_text_lies_outside_its_batch_is_refused_and_takes_no_sequence) {
  auto damaged = std::make_shared<draft_batch>(*drafts_of({{}, {}}));
  damaged->records[1].tail.size += 1000;
  trail_position position{7, 3, 5};
  BOOST_CHECK_THROW(number_batch(tenant, damaged, position), std::out_of_range);
  BOOST_TEST((position == trail_position{7, 3, 5}));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace floorwalker
