#include "actors/hub/hub.hpp"

#include "tests/actors/log_lines.hpp"
#include "tests/actors/memory_trail.hpp"
#include "tests/actors/record_samples.hpp"
#include "tests/actors/virtual_floor.hpp"

#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace floorwalker {
namespace {

using namespace std::chrono_literals;
using testing::sample;

class listening_audience : public live_audience {
public:
  void take(live_update_ptr update) override { updates.push_back(std::move(update)); }
  const live_update& last() const { return *updates.back(); }
  std::vector<live_update_ptr> updates;
};

/// What a hub asks its tenant.
struct asked_tenant {
  system_metrics metrics;
  std::vector<agent_status> agents;
  bool incomplete = false;
  std::vector<bool> questions; ///< for agents; whether a complete answer was wanted
};

struct kept_log {
  testing::log_lines log;
};

class hub_floor : public kept_log, public testing::virtual_floor {
public:
  hub_floor() {
    auto tenant = system.spawn([asked = tenant_state](tenant_actor::pointer) -> tenant_actor::behavior_type {
      return {[](const agents_released&) {},
              [](const tenant_change_ptr&) {},
              [](alerts_wanted) {},
              [](const access_token_ptr&) {},
              [](const renewal_report&) {},
              [](const audit_report&) {},
              [](const alert_changed&) {},
              [](const agent_listing_ptr&) {},
              [](const token_refused&) {},
              [](const tenant_failed&) {},
              [](const listener_counts&) {},
              [asked](caf::get_atom) { return asked->metrics; },
              [](const status_query&) -> caf::result<agent_status> { return floor_error::not_monitored; },
              [asked](const agents_query& query) -> caf::result<std::vector<agent_status>> {
                asked->questions.push_back(query.complete);
                if (query.complete && asked->incomplete) return floor_error::incomplete;
                return asked->agents;
              },
              [](const timer_fired&) {},
              [](const stop_command&) { return system_metrics{}; }};
    });
    hub = spawn_hub(system, "acme", audience, nullptr, {tenant, wall_port()});
    run();
  }

  ~hub_floor() {
    self->send_exit(hub, caf::exit_reason::kill);
    run();
  }

  void open(std::uint64_t sequence = 0) {
    position.sequence = sequence;
    self->send(hub, trail_opened{"acme", trail, sequence, {{1, 0}, {3, 0}}});
    run();
  }

  committed_batch_ptr numbered(const std::vector<sample>& samples) {
    return number_batch(testing::trail_of("acme"), testing::drafts_of(samples), position);
  }

  void hand_over(const committed_batch_ptr& batch) {
    self->send(hub, batch);
    run();
  }

  std::shared_ptr<listening_audience> audience = std::make_shared<listening_audience>();
  std::shared_ptr<asked_tenant> tenant_state = std::make_shared<asked_tenant>();
  std::shared_ptr<testing::memory_trail> trail = std::make_shared<testing::memory_trail>();
  trail_position position;
  hub_actor hub;
};

agent_status agent(std::string_view id) {
  agent_status status;
  status.who = agent_identity::of(id, "Ada");
  return status;
}

} // namespace

BOOST_AUTO_TEST_SUITE(hub)

BOOST_FIXTURE_TEST_CASE(it_begins_where_the_trail_ends_and_names_the_running_epoch, hub_floor) {
  hand_over(numbered({{}})); // of nobody: the trail is not open yet
  BOOST_TEST(audience->updates.empty());
  open(7);
  BOOST_REQUIRE(audience->updates.size() == 1u);
  BOOST_TEST(audience->last().begins.has_value());
  BOOST_TEST(audience->last().epoch == 3u);
  BOOST_TEST(audience->last().sequence == 7u);
}

BOOST_FIXTURE_TEST_CASE(a_committed_batch_is_one_update, hub_floor) {
  open();
  auto batch = numbered({{.agent = "a-1"}, {.agent = "a-2"}});
  hand_over(batch);
  BOOST_REQUIRE(audience->updates.size() == 2u);
  BOOST_TEST(audience->last().batch == batch);
  BOOST_TEST(audience->last().changes.size() == 2u);
  BOOST_TEST(audience->last().changes[1].record == 1u);
  BOOST_TEST(audience->last().sequence == 2u);
}

BOOST_FIXTURE_TEST_CASE(what_was_not_handed_over_is_read_from_the_trail, hub_floor) {
  open();
  for (auto i = 0; i < 2; ++i) {
    auto batch = numbered({{}, {}});
    trail->append(batch, position);
    if (i == 1) hand_over(batch); // the one before it was left out
  }
  BOOST_TEST(trail->reads == (std::vector<std::uint64_t>{1, 3}), boost::test_tools::per_element());
  BOOST_REQUIRE(audience->updates.size() == 3u); // the beginning, and what was read
  BOOST_TEST(audience->updates[1]->sequence == 2u);
  BOOST_TEST(audience->updates[2]->sequence == 4u);
  BOOST_TEST(audience->updates[2]->skipped == 0u);
  // Nobody knows when they were committed.
  for (auto& update : audience->updates) BOOST_TEST(!update->journaled_at.has_value());
}

BOOST_FIXTURE_TEST_CASE(a_batch_that_is_handed_over_bears_the_time_of_that, hub_floor) {
  open();
  pass(1s);
  hand_over(numbered({{}, {}}));
  BOOST_TEST((audience->last().journaled_at == wall.now()));
}

BOOST_FIXTURE_TEST_CASE(whoever_is_far_behind_passes_over_and_says_how_many, hub_floor) {
  open();
  self->send(hub, trail_grown{"acme", 50'000});
  run();
  BOOST_TEST(trail->reads.empty());
  BOOST_TEST(audience->last().skipped == 50'000u);
  BOOST_TEST(audience->last().sequence == 50'000u);
  BOOST_TEST(log.with("passes over 50000 records") == 1u);
  position.sequence = 50'000;
  hand_over(numbered({{}}));
  BOOST_TEST(audience->last().sequence == 50'001u);
}

BOOST_FIXTURE_TEST_CASE(a_trail_that_cant_be_read_is_passed_over_too, hub_floor) {
  open();
  trail->unreadable = "segment 1 is gone";
  self->send(hub, trail_grown{"acme", 5});
  run();
  BOOST_TEST(audience->last().skipped == 5u);
  BOOST_TEST(log.with("segment 1 is gone") == 1u);
}

BOOST_FIXTURE_TEST_CASE(figures_are_told_each_second, hub_floor) {
  open();
  tenant_state->metrics.total_processed = 3;
  hand_over(numbered({{}, {}}));
  pass(1s);
  auto figures = [&] {
    std::vector<live_figures> told;
    for (auto& update : audience->updates)
      if (update->figures) told.push_back(*update->figures);
    return told;
  };
  BOOST_REQUIRE(figures().size() == 1u);
  BOOST_TEST(figures().front().metrics.total_processed == 3u);
  BOOST_TEST(figures().front().per_second == 0.4);
  pass(9s);
  BOOST_TEST(figures().size() == 10u);
}

BOOST_FIXTURE_TEST_CASE(rows_are_asked_for_each_second_after_a_start_and_less_often_then, hub_floor) {
  open();
  tenant_state->agents = {agent("a-1")};
  tenant_state->agents[0].stale = false;
  pass(1s);
  BOOST_TEST(audience->last().changes.size() == 1u);
  BOOST_TEST(audience->last().changes[0].row->status.name() == "Ada");
  pass(9s);
  BOOST_TEST(tenant_state->questions.size() == 10u);
  pass(60s);
  BOOST_TEST(tenant_state->questions.size() == 12u);
}

BOOST_FIXTURE_TEST_CASE(where_some_tracker_cant_answer_the_others_are_asked, hub_floor) {
  open();
  tenant_state->incomplete = true;
  tenant_state->agents = {agent("a-1")};
  pass(1s);
  BOOST_TEST(tenant_state->questions == (std::vector<bool>{true, false}), boost::test_tools::per_element());
  BOOST_TEST(audience->last().changes.size() == 1u);
}

BOOST_FIXTURE_TEST_CASE(conditions_and_alerts_are_passed_on, hub_floor) {
  self->send(hub, tenant_report{"acme", tenant_condition::failed, failure_cause::credentials, "its secret is wrong"});
  run();
  BOOST_TEST(audience->last().condition->sentence == "its secret is wrong");
  alert_status late;
  late.id = "latency-1";
  self->send(hub, alert_changed{late});
  run();
  BOOST_REQUIRE(audience->last().alerts.size() == 1u);
  BOOST_TEST(audience->last().alerts[0].id == "latency-1");
  open();
  BOOST_TEST(audience->last().alerts.size() == 1u); // whoever begins here knows them too
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace floorwalker
