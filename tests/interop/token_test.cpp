// Tokens: an endpoint that is unwell, tokens that end, credentials that are wrong.
#include "tests/interop/engine_under_test.hpp"
#include "tests/interop/ledger_comparison.hpp"

#include <boost/test/unit_test.hpp>

namespace floorwalker::interop {
namespace {

using simulator::gateway;
using simulator::parse_http_fault;

constexpr std::uint64_t events = 2'000;

} // namespace

BOOST_AUTO_TEST_SUITE(tokens)

BOOST_AUTO_TEST_CASE(an_endpoint_that_is_unwell_is_asked_again) {
  for (const char* fault :
       {"status:500*2", "status:429*1", "garbage*1", "empty*1", "reset*1", "no-access-token*1", "delay:300ms*1"}) {
    BOOST_TEST_CONTEXT(fault) {
      auto chosen = floor_of(10, events);
      chosen.token_faults.push_back(parse_http_fault(fault));
      gateway platform{chosen};
      engine_under_test engine{tenant_at(platform)};
      BOOST_TEST(engine.wait_until_judged(platform, events));
      auto end = engine.stop();
      BOOST_TEST(end.exit_code == 0);
      check_against_ledger(end.final_metrics.at("acme"), engine.trail(), platform);
    }
  }
}

BOOST_AUTO_TEST_CASE(an_upgrade_that_refuses_the_token_gets_one_new_token) {
  auto chosen = floor_of(10, events);
  chosen.upgrade_faults.push_back(parse_http_fault("status:401@1*1"));
  gateway platform{chosen};
  engine_under_test engine{tenant_at(platform)};
  BOOST_TEST(engine.wait_until_judged(platform, events));
  // The endpoint is asked at most once a second, so a retry may be faster than the renewal.
  BOOST_TEST(platform.wait_for([](const auto& book) { return book.totals().tokens_issued == 2; }, patience));
  check_against_ledger(engine.stop().final_metrics.at("acme"), engine.trail(), platform);
  BOOST_TEST(platform.totals().tokens_issued == 2u);
}

BOOST_AUTO_TEST_CASE(wrong_credentials_are_final) {
  gateway platform{floor_of(10, 0)};
  auto settings = tenant_at(platform);
  settings.client_secret_env = wrong_secret_variable;
  engine_under_test engine{settings};
  BOOST_TEST(engine.wait_for_end().exit_code == 3);
  BOOST_TEST(platform.totals().tokens_refused == 1u);
}

BOOST_AUTO_TEST_CASE(a_scope_that_may_not_read_agents_is_final) {
  auto chosen = floor_of(10, 0);
  chosen.token.scope = "agent:write";
  gateway platform{chosen};
  engine_under_test engine{tenant_at(platform)};
  BOOST_TEST(engine.wait_for_end().exit_code == 3);
}

BOOST_AUTO_TEST_CASE(a_tenant_with_wrong_credentials_leaves_its_neighbour_alone) {
  auto chosen = floor_of(20, events);
  chosen.oddities = {.unauthorized = 0.02, .duplicates = 0.02};
  gateway platform{chosen};
  auto broken = tenant_at(platform, "broken");
  broken.client_secret_env = wrong_secret_variable;
  engine_under_test engine{std::vector{tenant_at(platform), broken}};
  BOOST_TEST(engine.wait_until_judged(platform, events));
  auto end = engine.stop();
  BOOST_TEST(end.exit_code == 0);
  check_against_ledger(end.final_metrics.at("acme"), engine.trail(), platform);
  BOOST_TEST(platform.totals().tokens_refused == 1u);
}

BOOST_AUTO_TEST_CASE(a_renewal_hands_over_without_losing_or_doubling_anything) {
  auto chosen = floor_of(30, 6'000);
  chosen.pace.rate = 2'000;
  chosen.token.life_s = 2;
  gateway platform{chosen};
  engine_under_test engine{tenant_at(platform)};
  BOOST_TEST(engine.wait_until_judged(platform, 6'000));
  auto figures = engine.stop().final_metrics.at("acme");
  check_against_ledger(figures, engine.trail(), platform);
  BOOST_TEST(figures.total_processed == 6'000u);
  BOOST_TEST(figures.gaps == 0u);
  BOOST_TEST(lost_connections(engine.trail()) == 0u);
  BOOST_TEST(platform.totals().connections >= 6u); // each of three listeners was handed over at least once
}

BOOST_AUTO_TEST_CASE(tokens_that_end_with_their_streams_lose_nothing) {
  auto chosen = floor_of(30, 6'000);
  chosen.pace.rate = 2'000;
  chosen.token.life_s = 1;
  chosen.token.close_streams_on_expiry = true;
  gateway platform{chosen};
  engine_under_test engine{tenant_at(platform)};
  BOOST_TEST(engine.wait_until_judged(platform, 6'000));
  check_against_ledger(engine.stop().final_metrics.at("acme"), engine.trail(), platform);
  BOOST_TEST(platform.totals().tokens_issued >= 2u);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace floorwalker::interop
