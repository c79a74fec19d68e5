// Connections that end, in every way there is: what comes back, and that nothing is lost on the way.
#include "tests/interop/engine_under_test.hpp"
#include "tests/interop/ledger_comparison.hpp"

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace floorwalker::interop {
namespace {

using simulator::gateway;
using simulator::ledger;

constexpr std::uint64_t events = 5'000;

/// The fault strikes one of two listeners; everything is judged all the same.
void survives(const std::string& fault, const std::function<void(tenant_settings&)>& change = {},
              const std::function<void(const gateway&, captured_trail&)>& check = {}) {
  gateway platform{with_faults(floor_of(20, events), {fault})};
  auto settings = tenant_at(platform);
  if (change) change(settings);
  engine_under_test engine{settings};
  BOOST_TEST(engine.wait_until_judged(platform, events));
  BOOST_TEST(engine.wait_for([](const system_metrics& figures) { return figures.listeners.active == 2; }));
  auto end = engine.stop();
  BOOST_TEST(end.exit_code == 0);
  check_against_ledger(end.final_metrics.at("acme"), engine.trail(), platform);
  BOOST_TEST(lost_connections(engine.trail()) == 1u);
  BOOST_TEST(platform.totals().faults == 1u);
  if (check) check(platform, engine.trail());
}

bool closed_by_client_with(const gateway& platform, std::uint16_t code) {
  return platform.wait_for(
      [code](const ledger& book) {
        return std::ranges::any_of(book.connections(),
                                   [code](const auto& each) { return each.close_code_received == code; });
      },
      patience);
}

} // namespace

BOOST_AUTO_TEST_SUITE(lost_connections_come_back)

BOOST_AUTO_TEST_CASE(after_a_close_that_may_pass) {
  for (const char* code : {"1000", "1001", "1002", "1003", "1007", "1009", "1010", "1011", "1012", "1013:overload",
                           "1014", "1008:Rate limit exceeded", "4000:whatever"})
    BOOST_TEST_CONTEXT(code) {
      survives(fmt::format("close:{}@event:2000", code), {}, [&](const gateway&, captured_trail& trail) {
        auto records = trail.records("MONITORING_INTERRUPTED");
        BOOST_TEST(std::ranges::count_if(records, [&](const auto& record) {
                     return record.contains("closeCode") &&
                            std::to_string(record.at("closeCode").template to_number<int>()) ==
                                std::string{code}.substr(0, 4);
                   }) >= 1);
      });
    }
}

BOOST_AUTO_TEST_CASE(with_a_new_token_after_a_close_that_names_it) {
  for (const char* code : {"4401", "1008:token expired", "1011:access token has expired"}) BOOST_TEST_CONTEXT(code) {
      survives(fmt::format("close:{}@event:2000", code), {},
               [](const gateway& platform, captured_trail&) { BOOST_TEST(platform.totals().tokens_issued == 2u); });
    }
}

BOOST_AUTO_TEST_CASE(after_a_drop) { survives("drop@event:2000"); }

BOOST_AUTO_TEST_CASE(after_a_gateway_that_fell_silent) {
  survives("stall@event:2000", [](tenant_settings& settings) {
    settings.liveness = {.ping_interval = std::chrono::milliseconds{100}, .timeout = std::chrono::milliseconds{500}};
  });
}

BOOST_AUTO_TEST_CASE(after_a_frame_that_is_too_large) {
  survives(
      "oversized:100000@event:2000", [](tenant_settings& settings) { settings.limits.max_frame = 65'536; },
      [](const gateway& platform, captured_trail&) { BOOST_TEST(closed_by_client_with(platform, 1009)); });
}

BOOST_AUTO_TEST_CASE(after_text_that_is_not_utf8) {
  survives("invalid-utf8@event:2000", {},
           [](const gateway& platform, captured_trail&) { BOOST_TEST(closed_by_client_with(platform, 1007)); });
}

BOOST_AUTO_TEST_CASE(after_a_frame_with_a_reserved_opcode) {
  survives("bad-frame@event:2000", {},
           [](const gateway& platform, captured_trail&) { BOOST_TEST(closed_by_client_with(platform, 1002)); });
}

BOOST_AUTO_TEST_CASE(five_drops_and_a_rate_limit_lose_nothing) {
  auto chosen = floor_of(50, 20'000);
  chosen.oddities = {.unauthorized = 0.01, .malformed = 0.005, .duplicates = 0.01};
  gateway platform{with_faults(chosen, {"drop@event:3000*5", "close:1008:rate@event:10000"})};
  engine_under_test engine{tenant_at(platform)};
  BOOST_TEST(engine.wait_until_judged(platform, 20'000));
  check_against_ledger(engine.stop().final_metrics.at("acme"), engine.trail(), platform);
  BOOST_TEST(lost_connections(engine.trail()) == 6u);
}

BOOST_AUTO_TEST_CASE(what_a_reset_loses_lies_in_recorded_interruptions) {
  gateway platform{with_faults(floor_of(50, 20'000), {"reset@event:3000*5"})};
  engine_under_test engine{tenant_at(platform)};
  BOOST_TEST(platform.wait_for([](const ledger& book) { return book.totals().generated >= 20'000; }, patience));
  BOOST_TEST(engine.wait_for([&](const system_metrics& figures) {
    // Nothing is under way any more once the newest connections have carried what was sent on them.
    auto totals = platform.totals();
    return totals.faults == 5 && figures.listeners.active == 5 && figures.total_processed + totals.torn >= totals.sent;
  }));
  auto figures = engine.stop().final_metrics.at("acme");
  auto lost = check_losses(engine.trail(), platform);
  BOOST_TEST(lost > 0u);
  BOOST_TEST(figures.total_processed + lost == platform.totals().sent);
  BOOST_TEST(lost_connections(engine.trail()) == 5u);
}

BOOST_AUTO_TEST_CASE(retries_have_an_end) {
  auto chosen = floor_of(10, 0);
  chosen.upgrade_faults.push_back(simulator::parse_http_fault("status:503"));
  gateway platform{chosen};
  auto settings = tenant_at(platform);
  settings.reconnect.max_attempts = 3;
  engine_under_test engine{settings};
  auto end = engine.wait_for_end();
  BOOST_TEST(end.exit_code == 4);
  BOOST_TEST(platform.totals().upgrades_refused == 4u); // the first connect and three retries
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace floorwalker::interop
