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

constexpr std::uint64_t events = 2'000;

struct survival {
  std::function<void(tenant_settings&)> change = [](tenant_settings&) {};
  std::function<bool(const ledger&)> ready = [](const ledger& book) { return book.totals().acks >= 3; };
  std::function<bool(const ledger&)> settled = [](const ledger&) { return true; };
  std::function<void(const captured_trail&)> check = [](const captured_trail&) {};
};

/// The fault strikes one of two listeners behind an event, and as many events follow once it is back: everything is
/// judged. Nothing stands behind the fault on its connection, because that would rightly be lost with it.
void survives(const std::string& fault, const survival& course = {}) {
  gateway platform{with_faults(floor_of(20, events), {fmt::format("{}@event:{}", fault, events)})};
  auto settings = tenant_at(platform);
  course.change(settings);
  engine_under_test engine{settings};
  BOOST_TEST(platform.wait_for(course.ready, patience));
  BOOST_TEST(engine.wait_for([](const system_metrics& figures) { return figures.listeners.active == 2; }));
  platform.control({{"events", events}});
  BOOST_TEST(engine.wait_until_judged(platform, 2 * events));
  BOOST_TEST(platform.wait_for(course.settled, patience));
  auto end = engine.stop();
  BOOST_TEST(end.exit_code == 0);
  check_against_ledger(end.final_metrics.at("acme"), engine.trail(), platform);
  BOOST_TEST(end.final_metrics.at("acme").total_processed == 2 * events);
  BOOST_TEST(lost_connections(engine.trail()) == 1u);
  BOOST_TEST(platform.totals().faults == 1u);
  course.check(engine.trail());
}

/// The client closes the connection with this code.
std::function<bool(const ledger&)> closed_with(std::uint16_t code) {
  return [code](const ledger& book) {
    return std::ranges::any_of(book.connections(),
                               [code](const auto& each) { return each.close_code_received == code; });
  };
}

bool names_close_code(const captured_trail& trail, int code) {
  return std::ranges::any_of(trail.records("MONITORING_INTERRUPTED"), [code](const boost::json::object& record) {
    return record.contains("closeCode") && record.at("closeCode").to_number<int>() == code;
  });
}

/// Every agent's last event was judged, so nothing is under way any more.
bool is_complete(const captured_trail& trail, const gateway& platform) {
  auto judged = trail.agents();
  auto document = platform.ledger_document("connections=0&requests=0");
  return std::ranges::all_of(document.at("agents").as_object(), [&](const auto& agent) {
    const auto& events_judged = judged[std::string{agent.key()}].events;
    auto last = std::string{agent.value().at("lastTimestamp").as_string()};
    return !events_judged.empty() && events_judged.back().starts_with(last);
  });
}

} // namespace

BOOST_AUTO_TEST_SUITE(lost_connections_come_back)

BOOST_AUTO_TEST_CASE(after_a_close_that_may_pass) {
  for (const char* code : {"1000", "1001", "1002", "1003", "1007", "1009", "1010", "1011", "1012", "1013:overload",
                           "1008:Rate limit exceeded", "4000:whatever"}) {
    BOOST_TEST_CONTEXT(code) {
      survives(fmt::format("close:{}", code),
               {.check = [&](const captured_trail& trail) { BOOST_TEST(names_close_code(trail, std::atoi(code))); }});
    }
  }
}

// A code that RFC 6455 did not know yet; Beast takes the frame for a broken one, and the listener comes back as well.
BOOST_AUTO_TEST_CASE(after_a_close_as_a_bad_gateway) { survives("close:1014"); }

BOOST_AUTO_TEST_CASE(with_a_new_token_after_a_close_that_names_it) {
  for (const char* code : {"4401", "1008:token expired", "1011:access token has expired"}) {
    BOOST_TEST_CONTEXT(code) {
      // The other listener hands over to the new token. Events in such a flood would fill an agent's memory of
      // duplicates (docs/judging.md, rule 3) with copies, so they wait until that is over.
      survives(fmt::format("close:{}", code),
               {.ready = [](const ledger& book) { return book.totals().acks == 4 && closed_with(1000)(book); },
                .settled = [](const ledger& book) { return book.totals().tokens_issued == 2; }});
    }
  }
}

BOOST_AUTO_TEST_CASE(after_a_drop) { survives("drop"); }

BOOST_AUTO_TEST_CASE(after_a_gateway_that_fell_silent) {
  survives("stall", {.change = [](tenant_settings& settings) {
             settings.liveness = {.ping_interval = std::chrono::milliseconds{100},
                                  .timeout = std::chrono::milliseconds{500}};
           }});
}

BOOST_AUTO_TEST_CASE(after_a_frame_that_is_too_large) {
  survives("oversized:100000", {.change = [](tenant_settings& settings) { settings.limits.max_frame = 65'536; },
                                .settled = closed_with(1009)});
}

BOOST_AUTO_TEST_CASE(after_text_that_is_not_utf8) { survives("invalid-utf8", {.settled = closed_with(1007)}); }

BOOST_AUTO_TEST_CASE(after_a_frame_with_a_reserved_opcode) { survives("bad-frame", {.settled = closed_with(1002)}); }

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
  BOOST_TEST(engine.wait_for([&](const system_metrics&) {
    return platform.totals().generated >= 20'000 && is_complete(engine.trail(), platform);
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
