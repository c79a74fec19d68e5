#include "actors/tenant/tenant.hpp"
#include "actors/tenant/tenant_tree.hpp"

#include "tests/actors/log_lines.hpp"
#include "tests/actors/memory_trail.hpp"
#include "tests/actors/record_samples.hpp"
#include "tests/actors/scripted_stream.hpp"
#include "tests/actors/virtual_floor.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <fmt/format.h>

#include <chrono>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace floorwalker {
namespace {

using namespace std::chrono_literals;
using texts = std::vector<std::string>;

const std::string first_agent = "550e8400-e29b-41d4-a716-446655440000";

/// Grants every request at once.
class generous_endpoint : public token_endpoint {
public:
  void request_token(std::uint64_t number, auth_actor receiver) override {
    ++requests;
    caf::anon_send(receiver, token_answered{number, {200, R"({"access_token":"t","expires_in":100000000})", {}, {}}});
  }
  std::size_t requests = 0;
};

/// Never answers.
class mute_directory : public agent_directory {
public:
  void request_page(std::uint64_t, std::uint32_t, access_token_ptr, roster_actor) override {}
};

/// Keeps what a hub tells, and can end it: an exception in a handler ends its actor.
class listening_audience : public live_audience {
public:
  void take(live_update_ptr update) override {
    if (std::exchange(throws, false)) throw std::runtime_error{"the audience left"};
    updates.push_back(std::move(update));
  }
  std::vector<live_update_ptr> updates;
  bool throws = false;

  /// In their order; "begins" for a hub that begins.
  texts conditions() const {
    texts told;
    for (auto& update : updates) {
      if (update->begins) told.emplace_back("begins");
      if (update->condition) told.emplace_back(to_text(update->condition->condition));
    }
    return told;
  }
};

/// Keeps what alerts tell outside.
class told_outside : public alert_audience {
public:
  void begin(const std::string& tenant) override { told.push_back(tenant + " begins"); }
  void take(const std::string& tenant, const alert_status& alert) override {
    told.push_back(fmt::format("{} {} {}", tenant, alert.kind, to_text(alert.state)));
  }
  texts told;
};

struct kept_log {
  testing::log_lines log;
};

class tenant_floor : public kept_log, public testing::virtual_floor {
public:
  tenant_floor() {
    settings.name = "acme";
    settings.agents = {first_agent, "550e8400-e29b-41d4-a716-446655440001"};
    root = system.spawn([seen = reported]() -> root_actor::behavior_type {
      return {[](const floor_change_ptr&) { return floor_changed{}; },
              [seen](const tenant_report& report) {
                seen->push_back(fmt::format("{} {}", to_text(report.condition), exit_code_of(report.cause)));
              },
              [](caf::join_atom) { return process_end_ptr{}; },
              [](const tenant_status_query&) { return agent_status{}; },
              [](caf::get_atom) { return std::map<std::string, system_metrics>{}; },
              [](const tenant_agents_query&) { return std::vector<agent_status>{}; },
              [](const sinks_query&) { return std::vector<sink_progress>{}; },
              [](const timer_fired&) {},
              [](const stop_command&) {}};
    });
  }

  ~tenant_floor() { // timers that are left over run at the end, and these would never end
    self->send_exit(tenant, caf::exit_reason::kill);
    run();
    storage->release();
    stream->connections.clear();
  }

  void start(std::optional<recovered_trail> recovered = {}) {
    tenant_ports ports{.tokens = tokens,
                       .directory = std::make_shared<mute_directory>(),
                       .stream = stream,
                       .storage = storage,
                       .recovered = nullptr,
                       .wall = std::shared_ptr<const wall_clock>{&wall, [](auto*) {}},
                       .audience = audience,
                       .alert_audience = outside};
    if (recovered) ports.recovered = std::make_shared<const recovered_trail>(std::move(*recovered));
    tenant = spawn_tenant(system, settings, std::move(ports), {root, {}}, 1);
    run();
  }

  void subscribe() {
    stream->connections.back()->subscribe(wall.now());
    run();
  }

  system_metrics figures() { return ask<system_metrics>(tenant, caf::get_atom_v).value(); }
  std::vector<agent_status> agents() { return ask<std::vector<agent_status>>(tenant, agents_query{}).value(); }

  std::optional<system_metrics> stop() {
    auto pending = self->request(tenant, caf::infinite, stop_command{});
    pass(5s);
    std::optional<system_metrics> final_metrics;
    BOOST_REQUIRE(self->peek_at_next_mailbox_element() != nullptr);
    pending.receive([&](const system_metrics& metrics) { final_metrics = metrics; },
                    [](caf::error& error) { BOOST_ERROR(to_string(error)); });
    return final_metrics;
  }

  /// The lines of the trail.
  std::string trail() const {
    std::string lines;
    for (auto& batch : storage->batches) lines += batch->lines;
    return lines;
  }

  /// Some records of an earlier run, and what they tell.
  recovered_trail earlier_run() {
    recovered_trail known;
    agent_status a;
    a.who = agent_identity::of(first_agent);
    a.state = a.observed_state = "busy";
    known.agents[first_agent] = a;
    known.counts.total_processed = 10;
    known.counts.valid = 9;
    known.counts.unverified_transitions = 1;
    known.counts.gaps = 2;
    known.counts.out_of_order = 3;
    known.counts.interruptions = 4;
    known.counts.duplicates = 5;
    known.counts.alerts = 6;
    return known;
  }

  tenant_settings settings;
  std::shared_ptr<texts> reported = std::make_shared<texts>();
  std::shared_ptr<generous_endpoint> tokens = std::make_shared<generous_endpoint>();
  std::shared_ptr<testing::scripted_stream> stream = std::make_shared<testing::scripted_stream>();
  std::shared_ptr<testing::memory_trail> storage = std::make_shared<testing::memory_trail>();
  std::shared_ptr<listening_audience> audience;
  std::shared_ptr<told_outside> outside = std::make_shared<told_outside>();
  root_actor root;
  tenant_actor tenant;
};

} // namespace

BOOST_AUTO_TEST_SUITE(trail)

BOOST_FIXTURE_TEST_CASE(a_tenant_whose_trail_is_damaged_starts_nothing_and_says_so, tenant_floor) {
  recovered_trail damaged;
  damaged.damage = "record 7 does not verify";
  start(damaged);
  BOOST_TEST(*reported == texts{"audit damaged 5"}, boost::test_tools::per_element());
  BOOST_TEST(storage->opened == 0u);
  BOOST_TEST(tokens->requests == 0u);
  BOOST_TEST(log.with("record 7 does not verify") == 2u); // the tenant's own line and the alert
  BOOST_TEST(figures().alerts == 1u);
  BOOST_TEST(agents().empty());
  auto asked = self->request(tenant, caf::infinite, status_query{first_agent});
  run();
  asked.receive([](const agent_status&) { BOOST_ERROR("there is none"); },
                [](caf::error& error) { BOOST_TEST((error == floor_error::not_monitored)); });
  BOOST_TEST(stop().value().alerts == 1u);
}

BOOST_FIXTURE_TEST_CASE(a_disk_that_takes_nothing_is_a_condition_that_heals_by_itself, tenant_floor) {
  start();
  subscribe();
  for (auto problem : {"no space left on device", "read-only file system", ""}) {
    storage->report(problem);
    run();
  }
  BOOST_TEST(*reported == (texts{"running 0", "audit unavailable 0", "running 0"}), boost::test_tools::per_element());
  BOOST_TEST(figures().alerts == 1u);
}

BOOST_FIXTURE_TEST_CASE(a_disk_with_little_room_is_an_alert_and_no_condition, tenant_floor) {
  start();
  subscribe();
  storage->report("", "9 MiB are left");
  run();
  BOOST_TEST(*reported == texts{"running 0"}, boost::test_tools::per_element());
  BOOST_TEST(figures().alerts == 1u);
}

BOOST_FIXTURE_TEST_CASE(alerts_are_told_outside_though_nobody_looks_at_the_floor, tenant_floor) {
  start();
  subscribe();
  for (auto problem : {"no space left on device", ""}) {
    storage->report(problem);
    run();
  }
  BOOST_TEST(outside->told ==
                 (texts{"acme begins", "acme audit-unavailable firing", "acme audit-unavailable resolved"}),
             boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(a_damaged_trail_is_told_outside, tenant_floor) {
  recovered_trail damaged;
  damaged.damage = "record 7 does not verify";
  start(damaged);
  BOOST_TEST(outside->told == (texts{"acme begins", "acme audit-damaged firing"}), boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(listeners_that_connect_for_the_first_time_are_missed_after_a_while_only, tenant_floor) {
  start();
  BOOST_TEST(reported->empty()); // it is starting, as it was
  pass(tenant_start_patience - 1s);
  BOOST_TEST(reported->empty());
  pass(1s);
  BOOST_TEST(reported->back() == "degraded 0");
}

BOOST_FIXTURE_TEST_CASE(waiting_for_a_token_is_no_time_in_which_listeners_are_missed, tenant_floor) {
  settings.all_agents = true; // nothing is planned before the listing
  settings.agents.clear();
  start();
  pass(2 * tenant_start_patience);
  BOOST_TEST(reported->empty());
}

BOOST_FIXTURE_TEST_CASE(a_lost_listener_does_not_hide_that_the_disk_takes_nothing, tenant_floor) {
  start();
  subscribe();
  storage->holds = true;
  storage->report("no space left on device");
  run();
  stream->connections.back()->end({});
  run();
  BOOST_TEST(reported->back() == "audit unavailable 0");
  storage->report("");
  run();
  BOOST_TEST(reported->back() == "degraded 0");
}

BOOST_FIXTURE_TEST_CASE(the_end_of_a_process_without_a_stop_is_the_first_record_of_the_next, tenant_floor) {
  auto known = earlier_run();
  known.cut = cut_monitoring{{first_agent}, testing::opening - 1min};
  start(known);
  subscribe();
  BOOST_REQUIRE(storage->batches.size() >= 2u);
  BOOST_TEST(storage->batches[0]->lines.find(R"("cause":"process ended")") != std::string::npos);
  BOOST_TEST(storage->batches[1]->lines.find("MONITORING_STARTED") != std::string::npos);
  BOOST_TEST(figures().interruptions == 5u); // the start counts, and what it follows is the same interruption
}

BOOST_FIXTURE_TEST_CASE(after_a_stop_in_order_nothing_of_the_kind_is_recorded, tenant_floor) {
  start(earlier_run());
  subscribe();
  BOOST_TEST(trail().find("process ended") == std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(figures_that_the_trail_tells_go_on_and_the_others_begin_anew, tenant_floor) {
  start(earlier_run());
  auto now = figures();
  BOOST_TEST(now.total_processed == 10u);
  BOOST_TEST(now.accuracy_rate().value() == 90.0);
  BOOST_TEST(now.unverified_transitions == 1u);
  BOOST_TEST(now.gaps == 2u);
  BOOST_TEST(now.out_of_order == 3u);
  BOOST_TEST(now.interruptions == 4u);
  BOOST_TEST(now.duplicates == 0u);
  BOOST_TEST(now.alerts == 0u);
}

BOOST_FIXTURE_TEST_CASE(agents_that_were_known_are_known_and_stale, tenant_floor) {
  start(earlier_run());
  auto known = agents();
  BOOST_REQUIRE(known.size() == 2u);
  BOOST_TEST(known[0].state.value() == "busy");
  BOOST_TEST(known[0].stale);
  BOOST_TEST(!known[1].state.has_value());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(snapshots)

BOOST_FIXTURE_TEST_CASE(a_snapshot_that_is_due_holds_every_agent_and_the_figures, tenant_floor) {
  start(earlier_run());
  storage->due = 812;
  pass(4999ms);
  BOOST_TEST(storage->snapshots.empty());
  pass(1ms);
  BOOST_REQUIRE(storage->snapshots.size() == 1u);
  auto& kept = storage->snapshots[0];
  BOOST_TEST(kept.sequence == 812u);
  BOOST_REQUIRE(kept.agents.size() == 2u);
  BOOST_TEST(kept.agents[0].state.value() == "busy");
  BOOST_TEST(!kept.agents[0].watched);
  BOOST_TEST(kept.counts.total_processed == 10u);
  subscribe();
  pass(5s);
  BOOST_REQUIRE(storage->snapshots.size() == 2u);
  BOOST_TEST(storage->snapshots[1].agents[0].watched);
  BOOST_TEST(storage->snapshots[1].counts.through_sequence == 1u);
}

BOOST_FIXTURE_TEST_CASE(what_is_not_due_is_not_collected, tenant_floor) {
  start();
  pass(1min);
  BOOST_TEST(storage->snapshots.empty());
}

BOOST_FIXTURE_TEST_CASE(before_agents_are_planned_there_is_no_snapshot_that_would_forget_them, tenant_floor) {
  settings.all_agents = true; // and the directory never answers
  settings.agents.clear();
  start(earlier_run());
  storage->due = 812;
  pass(1min);
  BOOST_TEST(storage->snapshots.empty());
}

BOOST_FIXTURE_TEST_CASE(one_that_is_due_at_the_stop_is_taken_on_the_way, tenant_floor) {
  start();
  subscribe();
  storage->due = 1;
  stop();
  BOOST_REQUIRE(storage->snapshots.size() == 1u);
  BOOST_TEST(storage->snapshots[0].agents.size() == 2u);
  BOOST_TEST(trail().find(R"("cause":"shutdown")") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(live)

class watched_floor : public tenant_floor {
public:
  watched_floor() { audience = std::make_shared<listening_audience>(); }
};

BOOST_FIXTURE_TEST_CASE(who_looks_hears_what_is_committed_how_the_tenant_is_and_who_is_there, watched_floor) {
  start();
  subscribe();
  pass(2s);
  BOOST_TEST(audience->conditions() == (texts{"starting", "begins", "running"}), boost::test_tools::per_element());
  std::uint64_t records = 0;
  std::set<std::string> agents;
  for (auto& update : audience->updates) {
    if (update->batch) records += update->batch->positions.size();
    for (auto& change : update->changes) agents.emplace(change.row->status.agent_id());
  }
  BOOST_TEST(records == 1u); // MONITORING_STARTED
  BOOST_TEST(agents.size() == 2u);
  BOOST_TEST(audience->updates.back()->figures.has_value());
}

BOOST_FIXTURE_TEST_CASE(a_hub_that_fails_begins_anew_and_interrupts_nothing, watched_floor) {
  start(earlier_run());
  subscribe();
  pass(2s);
  auto before = trail();
  audience->throws = true;
  pass(5s);
  BOOST_TEST(log.with("its hub failed") == 1u);
  BOOST_TEST(audience->conditions() == (texts{"starting", "begins", "running", "degraded", "running", "begins"}),
             boost::test_tools::per_element());
  BOOST_TEST(trail() == before);
  BOOST_TEST(stream->connections.size() == 1u);
}

BOOST_FIXTURE_TEST_CASE(a_hub_that_begins_anew_is_told_the_alerts_that_stand, watched_floor) {
  start(earlier_run());
  subscribe();
  self->send(tenant, renewal_report{"timed out", false});
  pass(2s);
  audience->updates.clear();
  audience->throws = true;
  pass(5s);
  texts told;
  for (auto& update : audience->updates)
    for (auto& alert : update->alerts) told.push_back(alert.kind);
  BOOST_TEST(told == texts{"token-renewal"}, boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(of_a_tenant_whose_trail_is_damaged_only_that_is_told, watched_floor) {
  recovered_trail damaged;
  damaged.damage = "record 7 does not verify";
  start(damaged);
  BOOST_TEST(audience->conditions().back() == "audit damaged");
  BOOST_TEST(audience->updates.back()->alerts.size() + audience->updates[audience->updates.size() - 2]->alerts.size() ==
             1u);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace floorwalker
