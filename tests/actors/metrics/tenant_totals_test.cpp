#include "actors/metrics/tenant_totals.hpp"

#include "tests/actors/record_samples.hpp"

#include <boost/test/unit_test.hpp>

namespace floorwalker {
namespace {

using testing::committed;
using testing::drafts_of;
using testing::sample;

committed_batch_ptr counts_of_slot(std::uint32_t slot, const tracker_tally& tally) {
  trail_position position;
  return number_batch(testing::trail_of("acme"), drafts_of({}, tally, slot), position);
}

} // namespace

BOOST_AUTO_TEST_SUITE(totals)

BOOST_AUTO_TEST_CASE(transitions_are_counted_by_what_they_were) {
  tenant_totals totals;
  totals.apply(*committed({{},
                           {.valid = false},
                           {.flags = flag_gap},
                           {.flags = flag_out_of_order},
                           {.valid = false, .flags = flag_out_of_order}}));
  auto figures = totals.figures();
  BOOST_TEST(figures.total_processed == 5u);
  BOOST_TEST(figures.valid == 3u);
  BOOST_TEST(figures.unverified_transitions == 2u);
  BOOST_TEST(figures.gaps == 1u);
  BOOST_TEST(figures.out_of_order == 2u);
  BOOST_TEST(figures.accuracy_rate().value() == 60.0);
}

BOOST_AUTO_TEST_CASE(records_that_are_no_transitions_move_no_total) {
  tenant_totals totals;
  totals.apply(*committed({{.latency_ms = 5000, .kind = record_kind::state_reconciled},
                           {.kind = record_kind::monitoring_started},
                           {.kind = record_kind::monitoring_interrupted},
                           {.kind = record_kind::configuration_changed}}));
  auto figures = totals.figures();
  BOOST_TEST(figures.total_processed == 0u);
  BOOST_TEST(figures.latency_max_ms == 0);
  BOOST_TEST(!figures.accuracy_rate().has_value());
}

BOOST_AUTO_TEST_CASE(counts_beside_the_records_add_up) {
  tracker_tally tally;
  tally.duplicates = 1;
  tally.handover_copies = 2;
  tally.malformed = 3;
  tally.interruptions = 4;
  tally.ignored = {5, 6, 7, 8};
  tenant_totals totals;
  totals.apply(*counts_of_slot(0, tally));
  totals.apply(*counts_of_slot(1, tally));
  auto figures = totals.figures();
  BOOST_TEST(figures.duplicates == 2u);
  BOOST_TEST(figures.handover_copies == 4u);
  BOOST_TEST(figures.malformed == 6u);
  BOOST_TEST(figures.interruptions == 8u);
  BOOST_TEST(figures.ignored == (std::array<std::uint64_t, ignored_reasons>{10, 12, 14, 16}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(agents_are_a_level_of_each_slot_and_its_last_word_counts) {
  tenant_totals totals;
  totals.apply(*counts_of_slot(0, {.active_agents = 50, .stale_agents = 50}));
  totals.apply(*counts_of_slot(7, {.active_agents = 20, .stale_agents = 1}));
  totals.apply(*counts_of_slot(0, {.active_agents = 49, .stale_agents = 0}));
  auto figures = totals.figures();
  BOOST_TEST(figures.active_agents == 69u);
  BOOST_TEST(figures.stale_agents == 1u);
}

BOOST_AUTO_TEST_CASE(latencies_are_told_in_percentiles) {
  tenant_totals totals;
  std::vector<sample> samples;
  for (std::int64_t latency = 1; latency <= 100; ++latency) samples.push_back({.latency_ms = latency});
  totals.apply(*committed(samples));
  auto figures = totals.figures();
  BOOST_TEST(figures.latency_p50_ms == 50);
  BOOST_TEST(figures.latency_p90_ms == 90);
  BOOST_TEST(figures.latency_p99_ms == 99);
  BOOST_TEST(figures.latency_max_ms == 100);
}

BOOST_AUTO_TEST_CASE(of_an_earlier_process_only_what_the_trail_tells_goes_on) {
  system_metrics recovered;
  recovered.total_processed = 10;
  recovered.valid = 9;
  recovered.unverified_transitions = 1;
  recovered.gaps = 2;
  recovered.out_of_order = 3;
  recovered.interruptions = 4;
  recovered.through_sequence = 15;
  auto told = recovered;
  recovered.duplicates = recovered.handover_copies = recovered.malformed = recovered.alerts = 7;
  recovered.ignored.fill(7);
  recovered.active_agents = recovered.stale_agents = 7;
  recovered.latency_max_ms = 7;
  recovered.listeners.active = 7;
  BOOST_TEST(to_json(trail_figures(recovered)) == to_json(told));
  BOOST_TEST(trail_figures(recovered).through_sequence == 15u);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace floorwalker
