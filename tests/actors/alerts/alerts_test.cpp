#include "actors/alerts/alerts.hpp"

#include "tests/actors/log_lines.hpp"
#include "tests/actors/record_samples.hpp"
#include "tests/actors/virtual_floor.hpp"

#include <caf/typed_event_based_actor.hpp>

namespace floorwalker {
namespace {

using namespace std::chrono_literals;
using testing::committed;
using testing::sample;

struct kept_log {
  testing::log_lines log;
};

/// The log comes first: timers that are left over run when the floor is torn down, and some of them log.
class alerts_floor : public kept_log, public testing::virtual_floor {
public:
  alerts_floor() {
    auto metrics = system.spawn([seen = raised]() -> metrics_actor::behavior_type {
      return {[](const committed_batch_ptr&) {}, [](const listener_counts&) {},
              [seen](const alert_raised& alert) { seen->push_back(alert.kind); },
              [](caf::get_atom) { return system_metrics{}; }, [](stop_command) {}};
    });
    auto tenant = system.spawn([seen = told, said = sentences]() -> tenant_actor::behavior_type {
      return {[](const agents_released&) {},
              [](const tenant_change_ptr&) {},
              [](alerts_wanted) {},
              [](const access_token_ptr&) {},
              [](const renewal_report&) {},
              [](const audit_report&) {},
              [seen, said](const alert_changed& change) {
                said->push_back(change.alert.sentence);
                seen->push_back(change.alert.kind + ' ' + std::string{to_text(change.alert.state)});
              },
              [](const agent_listing_ptr&) {},
              [](const token_refused&) {},
              [](const tenant_failed&) {},
              [](const listener_counts&) {},
              [](caf::get_atom) { return system_metrics{}; },
              [](const status_query&) -> caf::result<agent_status> { return floor_error::not_monitored; },
              [](const agents_query&) { return std::vector<agent_status>{}; },
              [](const timer_fired&) {},
              [](const stop_command&) { return system_metrics{}; }};
    });
    auto sink = system.spawn([at = lag]() -> sink_actor::behavior_type {
      return {[](const trail_opened&) {},
              [](const committed_batch_ptr&) {},
              [](const trail_grown&) {},
              [](const trail_stretch&) {},
              [](const outlet_written&) {},
              [](const timer_fired&) {},
              [at](caf::get_atom) { return sink_progress{.sink = "wall", .lag = *at}; },
              [](const stop_command&) {}};
    });
    known_agents known;
    known["a-9"] = {.who = agent_identity::of("a-9"),
                    .tenant_id = "acme",
                    .state = "break",
                    .observed_state = "break",
                    .reason = {},
                    .last_updated = wall.now(),
                    .since = wall.now()};
    alerts = spawn_alerts(system, "acme", {.max_sink_lag = 100, .time_in_state = {{"break", {}, 30min}}}, wall_port(),
                          std::make_shared<const known_agents>(std::move(known)), {metrics, tenant, {sink}});
  }

  ~alerts_floor() override {
    self->send_exit(alerts, caf::exit_reason::kill); // else its timer runs for ever
    run();
  }

  void commit(const std::vector<sample>& samples) {
    self->send(alerts, committed(samples));
    run();
  }

  std::shared_ptr<std::vector<std::string>> raised = std::make_shared<std::vector<std::string>>();
  std::shared_ptr<std::vector<std::string>> told = std::make_shared<std::vector<std::string>>();
  std::shared_ptr<std::vector<std::string>> sentences = std::make_shared<std::vector<std::string>>();
  std::shared_ptr<std::uint64_t> lag = std::make_shared<std::uint64_t>(0);
  alerts_actor alerts;
};

} // namespace

BOOST_AUTO_TEST_SUITE(alerts)

BOOST_FIXTURE_TEST_CASE(an_alert_is_one_warning_and_one_message_to_metrics, alerts_floor) {
  commit(std::vector<sample>(10, {.valid = false}));
  BOOST_TEST(*raised == std::vector<std::string>{"unauthorized-transitions"}, boost::test_tools::per_element());
  BOOST_TEST(log.count() == 1u);
  BOOST_TEST(log.with("warning tenant acme had 6 unauthorized transitions") == 1u);
}

BOOST_FIXTURE_TEST_CASE(the_first_unauthorized_transition_is_logged_at_once_and_further_ones_once_a_minute,
                        alerts_floor) {
  commit({{.valid = false}});
  BOOST_TEST(log.with("had 1 unauthorized") == 1u);
  commit({{.valid = false}});
  commit({{.valid = false}, {}});
  pass(59s);
  BOOST_TEST(log.count() == 1u);
  pass(1s);
  BOOST_TEST(log.with("had 2 unauthorized") == 1u);
  BOOST_TEST(log.with("among its last 3 transitions") == 1u);
  BOOST_TEST(raised->empty());
}

BOOST_FIXTURE_TEST_CASE(late_events_are_reported_once_a_minute_while_they_go_on, alerts_floor) {
  for (int second = 0; second < 300; ++second) {
    commit({{.latency_ms = 9000, .received_at = wall.now()}});
    pass(1s);
  }
  BOOST_TEST(*raised == std::vector<std::string>{"latency"}, boost::test_tools::per_element());
  BOOST_TEST(log.count() == 6u); // the alert, and a line a minute
}

BOOST_FIXTURE_TEST_CASE(after_a_quiet_minute_the_next_late_event_is_logged_at_once, alerts_floor) {
  commit({{.latency_ms = 9000}});
  pass(60s);
  auto before = log.count();
  pass(600s);
  BOOST_TEST(log.count() == before);
  commit({{.valid = false}});
  BOOST_TEST(log.count() == before + 1);
}

BOOST_FIXTURE_TEST_CASE(stopped_listeners_and_failed_renewals_are_raised, alerts_floor) {
  self->send(alerts, listener_stopped{3, "close code 1008"});
  self->send(alerts, renewal_report{"timed out", false});
  self->send(alerts, renewal_report{"timed out", false});
  self->send(alerts, renewal_report{"", false});
  run();
  BOOST_TEST(*raised == (std::vector<std::string>{"listener-stopped", "token-renewal"}),
             boost::test_tools::per_element());
  BOOST_TEST(log.count() == 2u);
}

BOOST_FIXTURE_TEST_CASE(a_trail_that_can_not_be_written_is_one_alert_until_it_can_be_again, alerts_floor) {
  for (auto problem : {"", "no space left on device", "read-only file system", "", "no space left on device"})
    self->send(alerts, audit_report{problem});
  run();
  BOOST_TEST(*raised == (std::vector<std::string>{"audit-unavailable", "audit-unavailable"}),
             boost::test_tools::per_element());
  BOOST_TEST(log.with("the audit trail of tenant acme can't be written: no space left on device") == 2u);
}

BOOST_FIXTURE_TEST_CASE(little_room_for_the_trail_is_one_alert_until_there_is_more_again, alerts_floor) {
  for (auto clause : {"", "9 MiB are left", "8 MiB are left", "", "9 MiB are left"})
    self->send(alerts, audit_report{"", false, clause});
  run();
  BOOST_TEST(*raised == (std::vector<std::string>{"audit-space", "audit-space"}), boost::test_tools::per_element());
  BOOST_TEST(log.with("the disk of the audit trail of tenant acme is nearly full: 9 MiB are left") == 2u);
}

BOOST_FIXTURE_TEST_CASE(little_room_for_the_trail_is_told_with_the_figure_of_now, alerts_floor) {
  self->send(alerts, audit_report{"", false, "9 MiB are left"});
  self->send(alerts, audit_report{"", false, "8 MiB are left"});
  run();
  self->send(alerts, alerts_wanted{});
  run();
  BOOST_TEST(told->back() == "audit-space firing");
  BOOST_TEST(sentences->back() == "the disk of the audit trail of tenant acme is nearly full: 8 MiB are left");
}

BOOST_FIXTURE_TEST_CASE(little_room_and_no_room_are_two_alerts, alerts_floor) {
  self->send(alerts, audit_report{"", false, "9 MiB are left"});
  self->send(alerts, audit_report{"no space left on device", false, "9 MiB are left"});
  run();
  BOOST_TEST(*raised == (std::vector<std::string>{"audit-space", "audit-unavailable"}),
             boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(a_damaged_trail_is_an_alert_of_its_own, alerts_floor) {
  self->send(alerts, audit_report{"record 7 does not verify", true});
  run();
  BOOST_TEST(*raised == std::vector<std::string>{"audit-damaged"}, boost::test_tools::per_element());
  BOOST_TEST(log.with("record 7 does not verify") == 1u);
}

BOOST_FIXTURE_TEST_CASE(every_change_of_an_alert_goes_to_the_tenant_and_its_firing_alone_is_raised, alerts_floor) {
  commit({{.latency_ms = 9000, .received_at = wall.now()}});
  pass(331s);
  BOOST_TEST(*told == (std::vector<std::string>{"latency firing", "latency resolved"}),
             boost::test_tools::per_element());
  BOOST_TEST(raised->size() == 1u);
}

BOOST_FIXTURE_TEST_CASE(a_hub_that_begins_is_told_what_stands, alerts_floor) {
  self->send(alerts, renewal_report{"timed out", false});
  self->send(alerts, listener_stopped{3, "close code 1008"});
  self->send(alerts, listener_counts{});
  run();
  told->clear();
  self->send(alerts, alerts_wanted{});
  run();
  BOOST_TEST(*told == std::vector<std::string>{"token-renewal firing"}, boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(an_agent_in_a_state_for_too_long_is_an_alert_though_nobody_moves, alerts_floor) {
  commit({{.current = "break", .received_at = wall.now()}});
  pass(30min - 1s);
  BOOST_TEST(told->empty());
  pass(2s);
  BOOST_TEST(*told == std::vector<std::string>{"time-in-state firing"}, boost::test_tools::per_element());
  BOOST_TEST(log.with(R"(agent "a-1" of tenant acme has been in "break" for more than 30 min)") == 1u);
  commit({{.previous = "break", .current = "available", .received_at = wall.now()}});
  BOOST_TEST(told->back() == "time-in-state resolved");
}

BOOST_FIXTURE_TEST_CASE(a_platform_that_is_away_is_an_alert_though_listeners_go_on_trying, alerts_floor) {
  self->send(alerts, listener_counts{.reconnecting = 3});
  pass(59s);
  BOOST_TEST(told->empty());
  pass(2s);
  BOOST_TEST(*raised == std::vector<std::string>{"listeners-lost"}, boost::test_tools::per_element());
  self->send(alerts, listener_counts{.active = 1, .reconnecting = 2});
  run();
  BOOST_TEST(told->back() == "listeners-lost resolved");
}

BOOST_FIXTURE_TEST_CASE(sinks_are_asked_how_far_they_are, alerts_floor) {
  *lag = 101;
  pass(10s);
  BOOST_TEST(*told == std::vector<std::string>{"sink-lag firing"}, boost::test_tools::per_element());
  *lag = 0;
  pass(41s);
  BOOST_TEST(told->back() == "sink-lag resolved");
}

BOOST_FIXTURE_TEST_CASE(a_stop_tells_what_was_not_reported_yet, alerts_floor) {
  commit({{.valid = false}});
  commit({{.valid = false}});
  self->send(alerts, stop_command{});
  run();
  BOOST_TEST(log.count() == 2u);
}

BOOST_FIXTURE_TEST_CASE(a_damaged_batch_ends_this_actor_alone, alerts_floor) {
  auto damaged = std::make_shared<draft_batch>(*testing::drafts_of({{.valid = false}}));
  damaged->records[0].agent.offset = 1'000'000;
  trail_position position;
  auto batch = number_batch(testing::trail_of("acme"), damaged, position);
  self->send(alerts, batch);
  run();
  BOOST_TEST(log.with("actor alerts") == 1u);
  BOOST_TEST(log.with("failed") == 1u);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace floorwalker
