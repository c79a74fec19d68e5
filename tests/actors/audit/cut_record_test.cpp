#include "actors/audit/cut_record.hpp"

#include "actors/audit/trail_position.hpp"
#include "tests/actors/record_samples.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>

namespace floorwalker {

using namespace std::chrono_literals;
using testing::opening;

BOOST_AUTO_TEST_SUITE(the_end_of_a_process_without_a_stop)

BOOST_AUTO_TEST_CASE(it_is_an_interruption_that_tells_of_the_last_record_of_that_process) {
  trail_position position{811, 0, 0};
  auto batch =
      number_batch(testing::trail_of("acme"), draft_of({{"A", "b\""}, opening}, "acme", opening + 60s), position);
  BOOST_TEST(batch->lines ==
             R"({"timestamp":"2026-11-23T10:01:00.000Z","auditAction":"MONITORING_INTERRUPTED","tenantId":"acme",)"
             R"("sequence":812,"cause":"process ended","lastRecord":"2026-11-23T10:00:00.000Z",)"
             R"("agentIds":["A","b\""]})"
             "\n");
  BOOST_TEST((batch->drafts->records[0].kind == record_kind::monitoring_interrupted));
}

BOOST_AUTO_TEST_CASE(it_moves_no_figures) {
  auto draft = draft_of({{"A"}, opening}, "acme", opening);
  BOOST_TEST(draft->tally.interruptions == 0u); // the start that follows counts
  BOOST_TEST(draft->tally.active_agents == 0u);
}

BOOST_AUTO_TEST_CASE(many_agents_stand_in_several_records) {
  struct {
    std::size_t agents, records;
  } const rows[] = {{0, 0}, {1, 1}, {50, 1}, {51, 2}, {1000, 20}};
  for (auto& row : rows) BOOST_TEST_CONTEXT(row.agents << " agents") {
      cut_monitoring cut{std::vector<std::string>(row.agents, "A"), opening};
      BOOST_TEST(draft_of(cut, "acme", opening)->records.size() == row.records);
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace floorwalker
