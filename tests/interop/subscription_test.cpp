// What the gateway answers to a subscription, and which answers are final.
#include "tests/interop/engine_under_test.hpp"
#include "tests/interop/ledger_comparison.hpp"

#include <boost/test/unit_test.hpp>

namespace floorwalker::interop {
namespace {

using simulator::gateway;

constexpr std::uint64_t events = 2'000;

/// One listener, whose first connection meets the fault; gives the figures and leaves the comparison done.
void comes_through(const std::string& fault, std::uint64_t connections) {
  gateway platform{with_faults(floor_of(10, events), {fault})};
  auto settings = tenant_at(platform);
  settings.limits.ack_timeout = std::chrono::milliseconds{500};
  engine_under_test engine{settings};
  BOOST_TEST(engine.wait_until_judged(platform, events));
  auto end = engine.stop();
  BOOST_TEST(end.exit_code == 0);
  check_against_ledger(end.final_metrics.at("acme"), engine.trail(), platform);
  BOOST_TEST(platform.totals().connections == connections);
}

/// Every listener ends for good, and with them the process.
void ends_with_code_4(const std::string& fault) {
  gateway platform{with_faults(floor_of(20, events), {fault})};
  engine_under_test engine{tenant_at(platform)};
  auto end = engine.wait_for_end();
  BOOST_TEST(end.exit_code == 4);
  BOOST_TEST(end.final_metrics.at("acme").listeners.stopped == 2u);
}

} // namespace

BOOST_AUTO_TEST_SUITE(subscriptions)

BOOST_AUTO_TEST_CASE(no_answer_in_time_is_tried_again) { comes_through("no-ack@connection:1", 2); }

BOOST_AUTO_TEST_CASE(a_slow_answer_will_do) { comes_through("slow-ack:200ms@connection:1", 1); }

BOOST_AUTO_TEST_CASE(a_rejection_because_of_rates_is_tried_again) {
  comes_through("reject:Rate limit, slow down@connection:1", 2);
}

BOOST_AUTO_TEST_CASE(any_other_rejection_is_final) { ends_with_code_4("reject:scope"); }

BOOST_AUTO_TEST_CASE(a_policy_violation_is_final) { ends_with_code_4("close:1008:policy violation@each:10"); }

BOOST_AUTO_TEST_CASE(a_listener_that_stopped_leaves_the_others_running) {
  auto chosen = floor_of(20, events);
  chosen.pace.rate = 2'000; // at full speed the gateway waits for those who do not listen
  gateway platform{with_faults(chosen, {"close:1008:policy violation@event:500"})};
  engine_under_test engine{tenant_at(platform)};
  BOOST_TEST(engine.wait_until_judged(platform, events));
  BOOST_TEST(engine.wait_for([](const system_metrics& figures) { return figures.listeners.stopped == 1; }));
  auto end = engine.stop();
  BOOST_TEST(end.exit_code == 0);
  check_against_ledger(end.final_metrics.at("acme"), engine.trail(), platform);
  BOOST_TEST(platform.totals().unheard > 0u);
  BOOST_TEST(platform.totals().connections == 2u);
}

BOOST_AUTO_TEST_CASE(a_stop_closes_every_connection_as_a_shutdown) {
  gateway platform{floor_of(50, events)};
  engine_under_test engine{tenant_at(platform)};
  BOOST_TEST(engine.wait_until_judged(platform, events));
  BOOST_TEST(engine.stop().exit_code == 0);
  platform.wait_for(
      [](const simulator::ledger& book) {
        for (const auto& connection : book.connections())
          if (connection.phase != simulator::connection_phase::ended) return false;
        return true;
      },
      patience);
  auto document = platform.ledger_document("agents=0");
  const auto& connections = document.at("connections").as_array();
  BOOST_TEST(connections.size() == 5u);
  for (const auto& connection : connections) {
    BOOST_TEST(connection.at("closeCodeReceived").to_number<int>() == 1000);
    BOOST_TEST(connection.at("closeReasonReceived").as_string() == "Client shutdown");
  }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace floorwalker::interop
