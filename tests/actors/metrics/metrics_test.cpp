#include "actors/metrics/metrics.hpp"

#include "tests/actors/record_samples.hpp"
#include "tests/actors/virtual_floor.hpp"

namespace floorwalker {

using testing::committed;

BOOST_AUTO_TEST_SUITE(metrics)

BOOST_FIXTURE_TEST_CASE(the_figures_hold_everything_that_was_sent_before_the_question, testing::virtual_floor) {
  auto metrics = spawn_metrics(system);
  self->send(metrics, committed({{}, {.valid = false}}));
  self->send(metrics, listener_counts{3, 2, 1, 0});
  self->send(metrics, alert_raised{"accuracy", "", ""});
  auto figures = ask<system_metrics>(metrics, caf::get_atom_v);
  BOOST_REQUIRE(figures.has_value());
  BOOST_TEST(figures->total_processed == 2u);
  BOOST_TEST((figures->listeners == listener_counts{3, 2, 1, 0}));
  BOOST_TEST(figures->alerts == 1u);
}

BOOST_FIXTURE_TEST_CASE(figures_go_on_from_those_before, testing::virtual_floor) {
  system_metrics before;
  before.total_processed = 10;
  before.valid = 9;
  before.gaps = 2;
  before.active_agents = 7; // a level of agents who have not said anything yet
  auto metrics = spawn_metrics(system, before);
  self->send(metrics, committed({{.valid = false, .flags = flag_gap}}, {10, 9, 10}));
  auto figures = ask<system_metrics>(metrics, caf::get_atom_v);
  BOOST_REQUIRE(figures.has_value());
  BOOST_TEST(figures->total_processed == 11u);
  BOOST_TEST(figures->valid == 9u);
  BOOST_TEST(figures->unverified_transitions == 2u);
  BOOST_TEST(figures->gaps == 3u);
  BOOST_TEST(figures->active_agents == 0u);
  BOOST_TEST(figures->through_sequence == 11u);
}

BOOST_FIXTURE_TEST_CASE(after_a_stop_nobody_answers, testing::virtual_floor) {
  auto metrics = spawn_metrics(system);
  self->send(metrics, stop_command{});
  run();
  auto late = self->request(metrics, caf::infinite, caf::get_atom_v);
  run();
  BOOST_REQUIRE(self->peek_at_next_mailbox_element() != nullptr);
  late.receive([](const system_metrics&) { BOOST_ERROR("still there"); }, [](const caf::error&) {});
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace floorwalker
