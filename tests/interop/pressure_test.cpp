// A disk that takes nothing for a while: the engine stops reading, and loses nothing. A sink that takes nothing: nobody
// else is held up, and it gets everything in the end.
#include "tests/interop/engine_under_test.hpp"
#include "tests/interop/ledger_comparison.hpp"

#include <boost/test/unit_test.hpp>

namespace floorwalker::interop {
namespace {

using simulator::gateway;

constexpr std::uint64_t events = 150'000;

} // namespace

BOOST_AUTO_TEST_SUITE(pressure)

BOOST_AUTO_TEST_CASE(a_disk_that_hangs_pauses_reading_and_nothing_is_lost) {
  auto chosen = floor_of(50, events);
  chosen.ledger.events = false;
  gateway platform{chosen};
  auto settings = tenant_at(platform);
  // Silence that is our own doing does not count as the gateway's.
  settings.liveness = {.ping_interval = std::chrono::milliseconds{100}, .timeout = std::chrono::milliseconds{500}};
  engine_under_test engine{settings};
  engine.disk().hold();
  BOOST_TEST(engine.wait_for([](const system_metrics& figures) { return figures.listeners.paused == 5; }));
  engine.disk().release();
  BOOST_TEST(engine.wait_until_judged(platform, events));
  auto figures = engine.stop().final_metrics.at("acme");
  check_against_ledger(figures, engine.trail(), platform);
  BOOST_TEST(figures.total_processed == events);
  BOOST_TEST(lost_connections(engine.trail()) == 0u);
}

BOOST_AUTO_TEST_CASE(a_sink_that_hangs_holds_nobody_up_and_gets_everything_in_the_end) {
  auto chosen = floor_of(50, events);
  chosen.ledger.events = false;
  gateway platform{chosen};
  engine_under_test engine{tenant_at(platform)};
  engine.trail().hold();
  BOOST_TEST(engine.wait_for([](const system_metrics& figures) { return figures.total_processed == events; }));
  engine.trail().release();
  BOOST_TEST(engine.wait_until_judged(platform, events));
  auto figures = engine.stop().final_metrics.at("acme");
  check_against_ledger(figures, engine.trail(), platform);
  BOOST_TEST(lost_connections(engine.trail()) == 0u);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace floorwalker::interop
