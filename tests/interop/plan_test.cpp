// Agents who come and go while the engine runs.
#include "tests/interop/engine_under_test.hpp"
#include "tests/interop/ledger_comparison.hpp"

#include <boost/test/unit_test.hpp>

namespace floorwalker::interop {
namespace {

using simulator::gateway;

std::uint64_t subscribed(const gateway& platform) {
  return platform.ledger_document("agents=0&connections=0&requests=0")
      .at("agentsSubscribed")
      .to_number<std::uint64_t>();
}

} // namespace

BOOST_AUTO_TEST_SUITE(plan)

BOOST_AUTO_TEST_CASE(who_is_hired_is_followed_and_who_is_fired_leaves) {
  auto chosen = floor_of(15, 0);
  chosen.pace = {.rate = 1'000, .events = 0, .start_after_agents = 15};
  gateway platform{chosen};
  auto settings = tenant_at(platform);
  settings.limits.agents_refresh = std::chrono::milliseconds{200};
  engine_under_test engine{settings};
  auto followed = [&](std::uint64_t agents) {
    return engine.wait_for([&](const system_metrics& figures) {
      return subscribed(platform) == agents && figures.active_agents == agents && figures.total_processed > 0;
    });
  };
  BOOST_TEST(followed(15));
  platform.control({{"hire", 8}});
  BOOST_TEST(followed(23));
  auto document = platform.ledger_document("connections=0&requests=0");
  auto leaver = std::string{document.at("agents").as_object().begin()->key()};
  platform.control({{"fire", leaver}});
  BOOST_TEST(followed(22));
  platform.control({{"pause", true}});
  BOOST_TEST(engine.wait_until_judged(platform, 1));
  auto figures = engine.stop().final_metrics.at("acme");
  check_against_ledger(figures, engine.trail(), platform);
  BOOST_TEST(lost_connections(engine.trail()) == 0u);
  BOOST_TEST(figures.active_agents == 22u);
}

BOOST_AUTO_TEST_CASE(agents_given_by_id_are_the_only_ones) {
  auto chosen = floor_of(40, 1'000);
  chosen.pace.rate = 1'000;
  chosen.pace.start_after_agents = 12;
  gateway platform{chosen};
  auto settings = tenant_at(platform);
  settings.all_agents = false;
  auto document = platform.ledger_document("connections=0&requests=0");
  for (const auto& [id, account] : document.at("agents").as_object())
    if (settings.agents.size() < 12) settings.agents.emplace_back(id);
  engine_under_test engine{settings};
  BOOST_TEST(engine.wait_until_judged(platform, 1'000));
  auto figures = engine.stop().final_metrics.at("acme");
  check_against_ledger(figures, engine.trail(), platform);
  BOOST_TEST(figures.active_agents == 12u);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace floorwalker::interop
