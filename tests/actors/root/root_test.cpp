#include "tests/actors/rooted_floor.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace floorwalker {
namespace {

using namespace std::chrono_literals;
using testing::rooted_floor;

const http_answer denied{401, R"({"error":"invalid_client"})", {}, {}};

/// Two tenants that run, unless `prepare` has spoilt something.
class two_tenants : public rooted_floor {
public:
  explicit two_tenants(const std::function<void(rooted_floor&)>& prepare = [](auto&) {})
      : rooted_floor{{"acme", "globex"}, prepare} {
    acknowledge();
  }

  void fail_by_listeners(std::size_t index) {
    tenant(index).connection().end({.code = 1008, .reason = "no"});
    run();
  }
};

} // namespace

BOOST_AUTO_TEST_SUITE(root)

BOOST_FIXTURE_TEST_CASE(one_tenants_failure_leaves_the_other_alone, two_tenants) {
  tenant(1).connection().answers_pings = true;
  fail_by_listeners(0);
  BOOST_TEST(log.with("tenant acme is failed") == 1u);
  bring("available", "busy", 1);
  pass(1min);
  BOOST_TEST(status("globex").observed_state.value_or("none") == "busy");
  BOOST_TEST(metrics("globex").listeners.active == 1u);
  BOOST_TEST(!end().has_value());
}

BOOST_FIXTURE_TEST_CASE(a_tenant_whose_own_actor_crashes_is_left_behind, two_tenants) {
  crash("tenant"); // the one that was started last
  BOOST_TEST(log.with("tenant globex has failed") == 1u);
  bring("available", "busy", 0);
  BOOST_TEST(status("acme").observed_state.value_or("none") == "busy");
  self->send(root, stop_command{});
  run();
  auto ended = end();
  BOOST_REQUIRE(ended.has_value());
  BOOST_TEST(ended->exit_code == 0);
  BOOST_TEST(ended->final_metrics.at("acme").total_processed == 1u);
}

BOOST_AUTO_TEST_CASE(with_mixed_causes_the_last_ones_exit_code_counts) {
  {
    two_tenants floor{[](auto& f) { f.tenant(1).platform->token = std::nullopt; }};
    floor.fail_by_listeners(0);
    BOOST_TEST(!floor.end().has_value());
    floor.tenant(1).platform->token = denied; // the answer to its second request
    floor.pass(62s);
    auto end = floor.end();
    BOOST_REQUIRE(end.has_value());
    BOOST_TEST(end->exit_code == 3);
  }
  {
    two_tenants floor{[](auto& f) { f.tenant(0).platform->token = denied; }};
    BOOST_TEST(floor.log.with("tenant acme is failed") == 1u);
    BOOST_TEST(!floor.end().has_value());
    floor.fail_by_listeners(1);
    auto end = floor.end();
    BOOST_REQUIRE(end.has_value());
    BOOST_TEST(end->exit_code == 4);
    BOOST_TEST(end->final_metrics.size() == 2u);
  }
}

BOOST_AUTO_TEST_CASE(a_tenant_that_crashes_as_the_last_one_ends_the_process_with_1) {
  rooted_floor floor{{"acme"}};
  floor.crash("tenant");
  auto end = floor.end();
  BOOST_REQUIRE(end.has_value());
  BOOST_TEST(end->exit_code == 1);
}

BOOST_FIXTURE_TEST_CASE(a_stop_ends_with_0_and_every_tenants_figures, two_tenants) {
  bring("available", "busy", 0);
  bring("available", "busy", 1);
  self->send(root, stop_command{});
  self->send(root, stop_command{}); // may be repeated
  run();
  auto ended = end();
  BOOST_REQUIRE(ended.has_value());
  BOOST_TEST(ended->exit_code == 0);
  for (auto name : {"acme", "globex"}) BOOST_TEST(ended->final_metrics.at(name).total_processed == 1u);
  for (auto& one : tenants) BOOST_TEST(one.connection().calls.back() == "close 1000 Client shutdown");
}

BOOST_FIXTURE_TEST_CASE(a_sink_that_never_answers_holds_the_end_up_for_less_than_five_seconds, two_tenants) {
  keeper->stuck = true;
  bring("available", "busy", 0);
  self->send(root, stop_command{});
  BOOST_TEST(!end().has_value());
  pass(process_drain_deadline);
  auto ended = end();
  BOOST_REQUIRE(ended.has_value());
  BOOST_TEST(ended->exit_code == 0);
}

BOOST_FIXTURE_TEST_CASE(whoever_asks_for_a_tenant_that_is_not_there_is_told_so, two_tenants) {
  auto pending = self->request(root, caf::infinite, tenant_status_query{"initech", testing::scripted_tenant::agent_id});
  run();
  auto refused = false;
  pending.receive([](const agent_status&) { BOOST_ERROR("answered"); },
                  [&](const caf::error& error) { refused = error == caf::make_error(floor_error::not_monitored); });
  BOOST_TEST(refused);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace floorwalker
