// Messages of every kind, on connections that stay.
#include "tests/interop/engine_under_test.hpp"
#include "tests/interop/ledger_comparison.hpp"

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

namespace floorwalker::interop {
namespace {

using simulator::gateway;
using simulator::ledger;

constexpr std::uint64_t events = 5'000;

simulator::options odd_floor(void (*change)(simulator::oddity_options&)) {
  auto chosen = floor_of(25, events);
  change(chosen.oddities);
  return chosen;
}

/// Runs to the last event and compares; the final figures.
system_metrics run(const simulator::options& chosen) {
  gateway platform{chosen};
  engine_under_test engine{tenant_at(platform)};
  BOOST_TEST(engine.wait_until_judged(platform, events));
  // Odd messages may come behind the last event.
  BOOST_TEST(engine.wait_for([&](const system_metrics& figures) {
    auto totals = platform.totals();
    return figures.malformed == totals.malformed && ignored_in_all(figures) == totals.other_types + totals.ignored;
  }));
  auto end = engine.stop();
  BOOST_TEST(end.exit_code == 0);
  const auto& figures = end.final_metrics.at("acme");
  check_against_ledger(figures, engine.trail(), platform);
  BOOST_TEST(lost_connections(engine.trail()) == 0u);
  BOOST_TEST(platform.totals().connections == 3u);
  return figures;
}

} // namespace

BOOST_AUTO_TEST_SUITE(odd_messages)

BOOST_AUTO_TEST_CASE(a_clean_run_is_judged_to_the_last_event) {
  auto figures = run(floor_of(25, events));
  BOOST_TEST(figures.total_processed == events);
  BOOST_TEST(figures.active_agents == 25u);
  BOOST_TEST(figures.gaps == 0u);
  BOOST_TEST(figures.accuracy_rate().value_or(0) == 100.0);
}

BOOST_AUTO_TEST_CASE(unauthorized_transitions_are_counted_and_rejected) {
  auto figures = run(odd_floor([](auto& odd) { odd.unauthorized = 0.05; }));
  BOOST_TEST(figures.unverified_transitions > 100u);
}

BOOST_AUTO_TEST_CASE(duplicates_are_dropped) {
  BOOST_TEST(run(odd_floor([](auto& odd) { odd.duplicates = 0.1; })).duplicates > 100u);
}

BOOST_AUTO_TEST_CASE(malformed_messages_are_skipped) {
  BOOST_TEST(run(odd_floor([](auto& odd) { odd.malformed = 0.1; })).malformed > 100u);
}

BOOST_AUTO_TEST_CASE(other_types_and_foreign_agents_are_ignored) {
  auto figures = run(odd_floor([](auto& odd) {
    odd.other_types = 0.05;
    odd.foreign = 0.05;
  }));
  BOOST_TEST(ignored_in_all(figures) > 200u);
}

BOOST_AUTO_TEST_CASE(late_and_overtaken_events_are_out_of_order) {
  auto figures = run(odd_floor([](auto& odd) {
    odd.late = 0.02;
    odd.reordered = 0.05;
  }));
  BOOST_TEST(figures.out_of_order > 100u);
}

BOOST_AUTO_TEST_CASE(everything_odd_at_once) {
  run(odd_floor([](auto& odd) {
    odd = {.unauthorized = 0.02,
           .malformed = 0.02,
           .duplicates = 0.02,
           .late = 0.02,
           .reordered = 0.02,
           .other_types = 0.02,
           .foreign = 0.02};
  }));
}

BOOST_AUTO_TEST_CASE(a_frame_out_of_turn_leaves_the_connection) {
  for (const char* fault : {"binary", "malformed", "second-ack", "late-reject:no", "fragments"})
    BOOST_TEST_CONTEXT(fault) { run(with_faults(floor_of(25, events), {fmt::format("{}@event:2000", fault)})); }
}

BOOST_AUTO_TEST_CASE(a_ping_comes_back) {
  gateway platform{with_faults(floor_of(10, events), {"ping:are you there?@event:1000"})};
  engine_under_test engine{tenant_at(platform)};
  BOOST_TEST(engine.wait_until_judged(platform, events));
  BOOST_TEST(platform.wait_for(
      [](const ledger& book) {
        const auto& connection = book.connections().front();
        return connection.pings_sent >= 1 && connection.pongs_received == connection.pings_sent;
      },
      patience));
  check_against_ledger(engine.stop().final_metrics.at("acme"), engine.trail(), platform);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace floorwalker::interop
