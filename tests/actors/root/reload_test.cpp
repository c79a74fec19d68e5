#include "actors/root/floor_change.hpp"
#include "tests/actors/rooted_floor.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace floorwalker {
namespace {

using namespace std::chrono_literals;
using testing::line_keeper;
using testing::rooted_floor;
using testing::scripted_tenant;
using texts = std::vector<std::string>;

const http_answer denied{401, R"({"error":"invalid_client"})", {}, {}};

/// Keeps cursors in memory, also over sinks of one name.
class kept_cursors : public cursor_store {
public:
  std::map<std::string, trail_cursor> kept() const override { return now; }
  void keep(const std::string& tenant, const trail_cursor& cursor) override { now[tenant] = cursor; }
  std::map<std::string, trail_cursor> now;
};

/// Two tenants that run, and what a reload may change of them.
class running_floor : public rooted_floor {
public:
  explicit running_floor(const std::function<void(rooted_floor&)>& prepare = [](auto&) {})
      : rooted_floor{{"acme", "globex"}, prepare} {
    for (auto& one : tenants)
      for (auto& connection : one.stream->connections) connection->answers_pings = true;
    acknowledge();
  }

  /// The agent of this tenant moves, a second after whatever was before.
  void move(const std::string& previous, const std::string& current, std::size_t index = 0) {
    pass(1s);
    bring(previous, current, index);
  }

  floor_changed apply(floor_change change) {
    return ask<floor_changed>(root, floor_change_ptr{std::make_shared<const floor_change>(std::move(change))}).value();
  }

  /// The settings of acme, changed by `edit`.
  static tenant_settings_ptr edited(const scripted_tenant& of, const std::function<void(tenant_settings&)>& edit) {
    auto settings = of.settings;
    edit(settings);
    return std::make_shared<const tenant_settings>(std::move(settings));
  }

  static platform_ports platform_of(const scripted_tenant& of) { return {of.platform, of.platform, of.stream}; }

  /// The actions in the trail of a tenant, with what matters of each.
  texts trail(std::size_t index = 0) {
    texts told;
    for (const auto& batch : tenant(index).storage->batches)
      for (std::size_t i = 0; i < batch->positions.size(); ++i) {
        const auto& record = batch->drafts->records[i];
        std::string line{audit_action(record.kind, record.valid)};
        std::string text{batch->positions[i].line.in(batch->lines)};
        if (auto keys = text.find("\"keys\":"); keys != std::string::npos) {
          line += ' ';
          if (text.find("\"slot\":") != std::string::npos) line += "slot ";
          line += text.substr(keys + 7, text.find(']', keys) - keys - 6);
        }
        BOOST_TEST(batch->positions[i].sequence == told.size() + 1);
        told.push_back(std::move(line));
      }
    return told;
  }
};

} // namespace

BOOST_AUTO_TEST_SUITE(reload)

BOOST_FIXTURE_TEST_CASE(new_rules_count_from_their_record_on_and_touch_no_connection, running_floor) {
  move("available", "busy");
  move("busy", "available");
  auto rules = edited(tenant(), [](auto& settings) {
    settings.transitions = {{"available", {"break"}}, {"break", {"available"}}};
  });
  BOOST_TEST(apply({.tenants_changed = {{rules, {"state-matrix"}, {}}}}).problems.empty());
  move("available", "busy");
  move("busy", "available");
  move("available", "break");
  BOOST_TEST(trail() ==
                 (texts{"MONITORING_STARTED", "STATE_RECONCILED", "STATE_UPDATE_VERIFIED", "STATE_UPDATE_VERIFIED",
                        R"(CONFIGURATION_CHANGED ["state-matrix"])", R"(CONFIGURATION_CHANGED slot ["state-matrix"])",
                        "TRANSITION_REJECTED", "TRANSITION_REJECTED", "STATE_UPDATE_VERIFIED"}),
             boost::test_tools::per_element());
  BOOST_TEST(metrics().total_processed == 5u);
  BOOST_TEST(metrics().gaps == 0u);
  BOOST_TEST(status().state.value_or("none") == "break");
  for (auto& one : tenants) {
    BOOST_TEST(one.stream->connections.size() == 1u);
    BOOST_TEST(one.platform->tokens_asked == 1);
  }
  BOOST_TEST(trail(1) == (texts{"MONITORING_STARTED", "STATE_RECONCILED"}), boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(a_duplicate_is_found_over_a_change_of_the_matrix, running_floor) {
  auto at = wall.now();
  auto& connection = tenant().connection();
  connection.bring(scripted_tenant::agent_id, "available", "busy", at);
  run();
  auto rules = edited(tenant(), [](auto& settings) { settings.transitions = {{"available", {"available"}}}; });
  apply({.tenants_changed = {{rules, {"state-matrix"}, {}}}});
  connection.bring(scripted_tenant::agent_id, "available", "busy", at);
  run();
  BOOST_TEST(metrics().total_processed == 1u);
  BOOST_TEST(metrics().duplicates == 1u);
}

BOOST_FIXTURE_TEST_CASE(the_next_subscription_tells_the_new_rules, running_floor) {
  auto rules = edited(tenant(), [](auto& settings) {
    settings.alerts.max_unverified_transitions = 77;
    settings.transitions = {{"here", {"there"}}, {"there", {}}};
  });
  apply({.tenants_changed = {{rules, {"alerts.max-unverified-transitions", "state-matrix"}, {}}}});
  tenant().connection().end({});
  pass(2s);
  BOOST_REQUIRE(tenant().stream->connections.size() == 2u);
  const auto& payload = tenant().connection().request.subscription;
  BOOST_TEST(payload.find("77") != std::string::npos, payload);
  BOOST_TEST(payload.find("there") != std::string::npos, payload);
}

BOOST_FIXTURE_TEST_CASE(a_new_threshold_counts_for_what_the_window_holds, running_floor) {
  for (int i = 0; i < 3; ++i) move("available", "nowhere");
  auto raised = [&] { return log.with("unauthorized transitions within"); };
  BOOST_TEST(raised() == 0u);
  auto rules = [&](std::uint32_t most) {
    return edited(tenant(), [=](auto& settings) { settings.alerts.max_unverified_transitions = most; });
  };
  apply({.tenants_changed = {{rules(2), {"alerts.max-unverified-transitions"}, {}}}});
  BOOST_TEST(raised() == 1u);
  BOOST_TEST(metrics().alerts == 1u);
  apply({.tenants_changed = {{rules(100), {"alerts.max-unverified-transitions"}, {}}}});
  apply({.tenants_changed = {{rules(1), {"alerts.max-unverified-transitions"}, {}}}});
  BOOST_TEST(tenant().stream->connections.size() == 1u);
}

BOOST_FIXTURE_TEST_CASE(agents_that_are_listed_join_and_leave, running_floor) {
  const std::string other = "550e8400-e29b-41d4-a716-446655440099";
  auto both = edited(tenant(), [&](auto& settings) { settings.agents.push_back(other); });
  apply({.tenants_changed = {{both, {"agents"}, {}}}});
  acknowledge();
  auto agents = [&] { return ask<std::vector<agent_status>>(root, tenant_agents_query{"acme"}).value().size(); };
  BOOST_TEST(agents() == 2u);
  auto without = edited(tenant(), [&](auto& settings) { settings.agents = {other}; });
  apply({.tenants_changed = {{without, {"agents"}, {}}}});
  acknowledge();
  BOOST_TEST(agents() == 1u);
  BOOST_TEST(status("globex").observed_state.has_value());
}

BOOST_FIXTURE_TEST_CASE(a_tenant_that_connects_anew_keeps_its_sequence_its_figures_and_what_it_knew, running_floor) {
  tenant().platform->listing = R"({"entities":[],"pageNumber":1,"pageSize":100,"pageCount":1})";
  move("available", "busy");
  auto parts = [&](const char* child) { return newest(child); };
  auto journal = parts("journal");
  auto other = edited(tenant(), [](auto& settings) { settings.liveness.timeout = 3s; });
  BOOST_TEST(apply({.tenants_changed = {{other, {"liveness.timeout"}, platform_of(tenant())}}}).problems.empty());
  BOOST_TEST(tenant().stream->connections.front()->calls.back() == "close 1000 Client shutdown");
  BOOST_REQUIRE(tenant().stream->connections.size() == 2u);
  acknowledge();
  BOOST_TEST(parts("journal") == journal);
  BOOST_TEST(status().observed_state.value_or("none") == "busy");
  BOOST_TEST(status().stale);
  move("wrap-up", "available"); // what is known makes this a gap
  BOOST_TEST(trail() == (texts{"MONITORING_STARTED", "STATE_RECONCILED", "STATE_UPDATE_VERIFIED",
                               R"(CONFIGURATION_CHANGED ["liveness.timeout"])", "MONITORING_INTERRUPTED",
                               "MONITORING_STARTED", "STATE_UPDATE_VERIFIED"}),
             boost::test_tools::per_element());
  BOOST_TEST(metrics().total_processed == 2u);
  BOOST_TEST(metrics().gaps == 1u);
  BOOST_TEST(tenant(1).stream->connections.size() == 1u);
}

BOOST_FIXTURE_TEST_CASE(a_gateway_that_answers_no_close_holds_a_new_connection_up_for_the_drain_only, running_floor) {
  tenant().connection().answers_closes = false;
  auto other = edited(tenant(), [](auto& settings) { settings.liveness.timeout = 3s; });
  auto pending = self->request(root, caf::infinite,
                               floor_change_ptr{std::make_shared<const floor_change>(floor_change{
                                   .tenants_changed = {{other, {"liveness.timeout"}, platform_of(tenant())}}})});
  pass(4s);
  BOOST_REQUIRE(self->peek_at_next_mailbox_element() != nullptr);
  pending.receive([](const floor_changed& changed) { BOOST_TEST(changed.problems.empty()); },
                  [](const caf::error& error) { BOOST_ERROR(to_string(error)); });
  BOOST_TEST(tenant().stream->connections.size() == 2u);
}

BOOST_FIXTURE_TEST_CASE(the_new_trackers_of_a_tenant_that_connects_anew_tell_a_new_matrix_first, running_floor) {
  auto other = edited(tenant(), [](auto& settings) {
    settings.liveness.timeout = 3s;
    settings.transitions = {{"available", {"available"}}};
  });
  apply({.tenants_changed = {{other, {"liveness.timeout", "state-matrix"}, platform_of(tenant())}}});
  acknowledge();
  move("available", "available");
  auto told = trail();
  BOOST_TEST(texts(told.end() - 3, told.end()) == (texts{R"(CONFIGURATION_CHANGED slot ["state-matrix"])",
                                                         "MONITORING_STARTED", "STATE_UPDATE_VERIFIED"}),
             boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(a_matrix_that_a_dead_tracker_has_not_recorded_is_recorded_by_its_successor, running_floor) {
  auto rules = edited(tenant(1), [](auto& settings) { settings.transitions = {{"available", {"available"}}}; });
  apply({.tenants_changed = {{rules, {"state-matrix"}, {}}}});
  crash("tracker"); // of globex, which was started last
  pass(2s);
  acknowledge();
  auto told = trail(1);
  BOOST_TEST(std::ranges::count(told, R"(CONFIGURATION_CHANGED slot ["state-matrix"])") == 1);
}

BOOST_FIXTURE_TEST_CASE(a_tenant_that_is_removed_is_drained_and_the_others_go_on, running_floor) {
  move("available", "busy", 1);
  BOOST_TEST(apply({.tenants_removed = {"globex"}}).problems.empty());
  BOOST_TEST(tenant(1).connection().calls.back() == "close 1000 Client shutdown");
  BOOST_TEST(log.with("tenant globex has ended; its final metrics: {") == 1u);
  BOOST_TEST(keeper->with("\"tenantId\":\"globex\"") == trail(1).size());
  move("available", "busy");
  BOOST_TEST(metrics().total_processed == 1u);
  BOOST_TEST(!end().has_value());
  self->send(root, stop_command{});
  run();
  auto ended = end();
  BOOST_REQUIRE(ended.has_value());
  BOOST_TEST(ended->exit_code == 0);
  BOOST_TEST(ended->final_metrics.size() == 1u);
}

BOOST_FIXTURE_TEST_CASE(a_tenant_that_is_added_starts_like_at_a_start, running_floor) {
  tenants.emplace_back("initech");
  auto& fresh = tenants.back();
  apply({.tenants_added = {{fresh.settings, fresh.ports(*this)}}});
  acknowledge();
  move("available", "busy", 2);
  BOOST_TEST(metrics("initech").total_processed == 1u);
  BOOST_TEST(keeper->with("\"tenantId\":\"initech\"") == trail(2).size());
}

BOOST_AUTO_TEST_CASE(tenants_that_had_failed_are_removed_if_that_is_wished_and_may_come_back) {
  running_floor floor{[](auto& f) { f.tenant(1).platform->token = denied; }};
  BOOST_TEST(floor.apply({}).failed_tenants.empty());
  auto changed = floor.apply({.failed_removed = true});
  BOOST_TEST(changed.failed_tenants == texts{"globex"}, boost::test_tools::per_element());
  floor.tenant(1).platform->token = http_answer{200, R"({"access_token":"t","expires_in":86400})", {}, {}};
  auto& again = floor.tenant(1);
  floor.apply({.tenants_added = {{again.settings, again.ports(floor)}}});
  floor.acknowledge();
  floor.move("available", "busy", 1);
  BOOST_TEST(floor.metrics("globex").total_processed == 1u);
}

BOOST_FIXTURE_TEST_CASE(a_sink_that_starts_again_goes_on_at_its_cursor, running_floor) {
  sink_settings settings;
  settings.name = "ledger";
  auto cursors = std::make_shared<kept_cursors>();
  auto outlets = std::vector{std::make_shared<line_keeper>(), std::make_shared<line_keeper>()};
  move("available", "busy");
  apply({.sinks_added = {{settings, outlets[0], cursors}}});
  move("busy", "available");
  BOOST_TEST(outlets[0]->lines.size() == trail(0).size() + trail(1).size());
  auto before = outlets[0]->lines.size();
  apply({.sinks_removed = {"ledger"}});
  move("available", "busy");
  BOOST_TEST(outlets[0]->lines.size() == before);
  apply({.sinks_added = {{settings, outlets[1], cursors}}});
  move("busy", "available");
  BOOST_TEST(outlets[1]->lines.size() == 2u);
  BOOST_TEST(keeper->lines.size() == before + 2);
  BOOST_TEST(log.with("gets nothing more") == 0u);
}

BOOST_FIXTURE_TEST_CASE(a_sink_that_fails_starts_again_by_itself_and_goes_on_at_its_cursor, running_floor) {
  sink_settings settings;
  settings.name = "ledger";
  auto outlet = std::make_shared<line_keeper>();
  apply({.sinks_added = {{settings, outlet, std::make_shared<kept_cursors>()}}});
  crash("sink"); // the ledger, which was started last
  BOOST_TEST(log.with("sink ledger failed") == 1u);
  move("available", "busy");
  pass(1s);
  move("busy", "available");
  BOOST_TEST(outlet->lines.size() == trail(0).size() + trail(1).size());
  auto sinks = ask<std::vector<sink_progress>>(root, sinks_query{}).value();
  auto ledger = std::ranges::find(sinks, "ledger", &sink_progress::sink);
  BOOST_REQUIRE((ledger != sinks.end()));
  BOOST_TEST(ledger->failed == 1u);
  BOOST_TEST(log.with("gets nothing more") == 0u);
}

BOOST_FIXTURE_TEST_CASE(a_sink_that_waits_to_start_again_is_told_of_as_it_was, running_floor) {
  move("available", "busy");
  auto keeper_now = [&] { return ask<std::vector<sink_progress>>(root, sinks_query{}).value().at(0); };
  auto before = keeper_now();
  BOOST_REQUIRE(before.delivered > 0u);
  crash("sink");
  BOOST_TEST(keeper_now().sink == "keeper");
  BOOST_TEST(keeper_now().delivered == before.delivered);
  BOOST_TEST(keeper_now().failed == 1u);
}

BOOST_FIXTURE_TEST_CASE(the_sink_behind_one_that_failed_numbers_its_groups_otherwise, running_floor) {
  move("available", "busy");
  auto before = keeper->numbers;
  crash("sink");
  pass(1s);
  move("busy", "available");
  BOOST_REQUIRE(keeper->numbers.size() > before.size());
  for (auto number : before) BOOST_TEST(keeper->numbers.back() != number);
}

BOOST_FIXTURE_TEST_CASE(a_sink_that_fails_again_and_again_is_started_once_a_minute, running_floor) {
  for (int i = 0; i < 3; ++i) {
    crash("sink");
    pass(1s);
  }
  auto last = newest("sink");
  crash("sink");
  pass(59s);
  BOOST_TEST(newest("sink") == last);
  pass(1s);
  BOOST_TEST(newest("sink") != last);
  move("available", "busy");
  BOOST_TEST(keeper->with("STATE_UPDATE_VERIFIED") == 1u);
}

BOOST_FIXTURE_TEST_CASE(alerts_that_stand_are_told_again_to_a_receiver_that_begins, running_floor) {
  for (int i = 0; i < 9; ++i) move("available", "nowhere");
  auto before = tenant().alerts->told;
  BOOST_REQUIRE(before > 0u);
  apply({.alerts_told_again = true});
  BOOST_TEST(tenant().alerts->told > before);
}

BOOST_FIXTURE_TEST_CASE(a_sink_takes_the_records_of_its_tenants_alone, running_floor) {
  sink_settings settings;
  settings.name = "ledger";
  settings.tenants = {"globex"};
  auto outlet = std::make_shared<line_keeper>();
  apply({.sinks_added = {{settings, outlet, std::make_shared<kept_cursors>()}}});
  move("available", "busy", 0);
  move("available", "busy", 1);
  BOOST_TEST(outlet->lines.size() == trail(1).size());
  BOOST_TEST(outlet->with("globex") == trail(1).size());
}

BOOST_FIXTURE_TEST_CASE(a_sink_that_does_not_end_in_time_is_cut_off_and_named, running_floor) {
  keeper->stuck = true;
  move("available", "busy");
  auto pending =
      self->request(root, caf::infinite,
                    floor_change_ptr{std::make_shared<const floor_change>(floor_change{.sinks_removed = {"keeper"}})});
  pass(5s); // its own deadline is shorter than the root's
  BOOST_REQUIRE(self->peek_at_next_mailbox_element() != nullptr);
  pending.receive([](const floor_changed& changed) { BOOST_TEST(changed.problems.empty()); },
                  [](const caf::error& error) { BOOST_ERROR(to_string(error)); });
}

BOOST_FIXTURE_TEST_CASE(a_floor_that_stops_takes_no_change, running_floor) {
  keeper->stuck = true;
  move("available", "busy");
  self->send(root, stop_command{});
  run();
  auto refused = false;
  auto pending =
      self->request(root, caf::infinite, floor_change_ptr{std::make_shared<const floor_change>(floor_change{})});
  run();
  BOOST_REQUIRE(self->peek_at_next_mailbox_element() != nullptr);
  pending.receive([](const floor_changed&) {},
                  [&](const caf::error& error) { refused = error == floor_error::stopping; });
  BOOST_TEST(refused);
  pass(process_drain_deadline);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace floorwalker
