#include "actors/tenant/tenant_tree.hpp"
#include "tests/actors/rooted_floor.hpp"

#include <array>
#include <chrono>
#include <string>
#include <vector>

namespace floorwalker {
namespace {

using namespace std::chrono_literals;
using testing::rooted_floor;

/// The children by the names of their actors, in the order of the tree.
const std::array<std::string, 6> children = {"metrics", "alerts", "journal", "auth", "roster", "connection-supervisor"};

/// A tenant that runs, and one judged event.
class running_tenant : public rooted_floor {
public:
  running_tenant() : rooted_floor{{"acme"}} {
    acknowledge();
    bring("available", "busy");
  }

  std::vector<caf::actor_id> ids() const {
    std::vector<caf::actor_id> all;
    for (const auto& name : children) all.push_back(newest(name));
    return all;
  }

  void crash_and_wait(const std::string& child) {
    crash(child);
    pass(tenant_restart_pause);
    acknowledge();
  }
};

/// What a crash of a child costs; the rest of the tree and of the figures stays.
struct cost {
  const char* child;
  std::size_t index;
  std::uint64_t processed;     ///< in the metrics, after a second event
  std::size_t interrupted;     ///< records that say so: only a journal that lives can take one
  std::uint64_t interruptions; ///< in the metrics
  int tokens;                  ///< asked for in all
};

const cost costs[] = {
    {"metrics", 0, 2, 0, 1, 2}, {"alerts", 1, 2, 0, 2, 2}, {"journal", 2, 2, 0, 2, 2},
    {"auth", 3, 2, 1, 3, 2},    {"roster", 4, 2, 1, 3, 1}, {"connection-supervisor", 5, 2, 1, 3, 1},
};

} // namespace

BOOST_AUTO_TEST_SUITE(restarts)

BOOST_AUTO_TEST_CASE(a_child_that_fails_starts_again_with_all_behind_it_and_costs_what_the_tree_says) {
  for (auto& row : costs) BOOST_TEST_CONTEXT(row.child) {
      running_tenant floor;
      auto before = floor.ids();
      floor.crash(row.child);
      BOOST_TEST(floor.log.with("and starts again; lost: " + std::string{tenant_children[row.index].lost}) == 1u);
      BOOST_TEST(floor.log.with("tenant acme is degraded") == 1u);
      floor.pass(tenant_restart_pause - 1ns);
      BOOST_TEST(floor.ids() == before, boost::test_tools::per_element());
      floor.pass(1ns);
      floor.acknowledge();
      auto after = floor.ids();
      for (std::size_t i = 0; i < children.size(); ++i)
        BOOST_TEST((after[i] != before[i]) == (i >= row.index), children[i]);
      BOOST_TEST(floor.log.with("tenant acme is running") == 2u);
      BOOST_TEST(floor.tenant().platform->tokens_asked == row.tokens);

      // It follows its agent as before, and the trail goes on.
      // As listed, since the event before is out of date.
      BOOST_TEST(floor.status().observed_state.value_or("none") == "available");
      floor.bring("available", "wrap-up");
      BOOST_TEST(floor.status().observed_state.value_or("none") == "wrap-up");
      BOOST_TEST(floor.metrics().total_processed == row.processed);
      BOOST_TEST(floor.metrics().interruptions == row.interruptions);
      BOOST_TEST(floor.keeper->with("MONITORING_INTERRUPTED") == row.interrupted);
      BOOST_TEST(floor.keeper->with("MONITORING_STARTED") == 2u);
      for (std::size_t i = 0; i < floor.keeper->lines.size(); ++i)
        BOOST_TEST(floor.keeper->lines[i].find("\"sequence\":" + std::to_string(i + 1) + ",") != std::string::npos);
    }
}

BOOST_AUTO_TEST_CASE(more_than_five_restarts_in_a_minute_over_all_children_fail_the_tenant) {
  running_tenant floor;
  for (int i = 0; i < 5; ++i) floor.crash_and_wait(children[static_cast<std::size_t>(i) + 1]);
  BOOST_TEST(floor.log.with("tenant acme is running") == 6u);
  BOOST_TEST(!floor.end().has_value());
  floor.crash("roster");
  BOOST_TEST(floor.log.with("tenant acme has failed: its roster failed again and again") == 1u);
  auto end = floor.end();
  BOOST_REQUIRE(end.has_value());
  BOOST_TEST(end->exit_code == 1);
  BOOST_TEST(end->final_metrics.contains("acme"));
}

BOOST_AUTO_TEST_CASE(restarts_that_lie_far_enough_apart_go_on_for_ever) {
  running_tenant floor;
  for (int i = 0; i < 20; ++i) {
    floor.crash_and_wait("roster");
    floor.tenant().connection().answers_pings = true;
    floor.pass(15s);
  }
  BOOST_TEST(floor.log.with("tenant acme is running") == 21u);
  BOOST_TEST(!floor.end().has_value());
}

BOOST_AUTO_TEST_CASE(a_child_that_fails_while_those_behind_it_are_to_start_again_starts_again_with_them) {
  running_tenant floor;
  auto before = floor.ids();
  floor.crash("connection-supervisor");
  floor.crash("roster");
  floor.pass(tenant_restart_pause);
  floor.acknowledge();
  auto after = floor.ids();
  for (std::size_t i = 0; i < children.size(); ++i) BOOST_TEST((after[i] != before[i]) == (i >= 4), children[i]);
  BOOST_TEST(floor.status().observed_state.value_or("none") ==
             "available"); // nobody is left with a handle to one that is gone
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(drains)

BOOST_AUTO_TEST_CASE(a_gateway_that_does_not_answer_is_waited_for_three_seconds) {
  running_tenant floor;
  floor.tenant().connection().answers_closes = false;
  floor.self->send(floor.root, stop_command{});
  BOOST_TEST(!floor.end().has_value());
  floor.pass(tenant_drain_deadline - 1ns);
  BOOST_TEST(!floor.end().has_value());
  floor.pass(1ns);
  auto end = floor.end();
  BOOST_REQUIRE(end.has_value());
  BOOST_TEST(end->exit_code == 0);
  BOOST_TEST(end->final_metrics.at("acme").total_processed == 1u);
  BOOST_TEST(floor.log.with("the drain took longer than 3 s and is cut off") == 1u);
}

BOOST_AUTO_TEST_CASE(a_part_that_is_being_restarted_holds_up_no_stop) {
  for (auto& child : children) BOOST_TEST_CONTEXT(child) {
      running_tenant floor;
      floor.crash(child);
      floor.self->send(floor.root, stop_command{});
      floor.run();
      floor.pass(tenant_drain_deadline);
      auto end = floor.end();
      BOOST_REQUIRE(end.has_value());
      BOOST_TEST(end->exit_code == 0);
    }
}

BOOST_AUTO_TEST_CASE(a_tenant_that_fails_finishes_what_it_received_first) {
  running_tenant floor;
  floor.tenant().connection().bring(testing::scripted_tenant::agent_id, "busy", "wrap-up", floor.wall.now());
  floor.tenant().connection().end({.code = 1008, .reason = "no"});
  floor.run();
  auto end = floor.end();
  BOOST_REQUIRE(end.has_value());
  BOOST_TEST(end->exit_code == 4);
  BOOST_TEST(end->final_metrics.at("acme").total_processed == 2u);
  BOOST_TEST(floor.keeper->with("wrap-up") == 1u);
  BOOST_TEST(floor.keeper->with("MONITORING_INTERRUPTED") == 1u);
  BOOST_TEST(floor.log.with("tenant acme has failed: no listener is left") == 1u);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace floorwalker
