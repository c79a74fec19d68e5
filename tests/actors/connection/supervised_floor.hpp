// A connection supervisor with its slots, sockets and trackers, on a scripted stream; its neighbours write down what
// they hear.
#pragma once

#include "actors/connection/connection_supervisor.hpp"
#include "tests/actors/log_lines.hpp"
#include "tests/actors/scripted_stream.hpp"
#include "tests/actors/virtual_floor.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <fmt/format.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace floorwalker::testing {

/// A supervisor of 60 configured agents, hence of two slots, with a journal that takes everything.
class supervised_floor : public kept_log, public virtual_floor {
public:
  explicit supervised_floor(bool keep_trying = false) {
    auto settings = std::make_shared<tenant_settings>();
    settings->reconnect.keep_trying = keep_trying;
    settings->name = "acme";
    settings->reconnect.jitter = 0;
    for (int i = 0; i < 60; ++i) settings->agents.push_back(fmt::format("550e8400-e29b-41d4-a716-{:012}", i));
    auto tenant = system.spawn([seen = told]() -> tenant_actor::behavior_type {
      return {[](const agents_released&) {},
              [](const tenant_change_ptr&) {},
              [](alerts_wanted) {},
              [](const access_token_ptr&) {},
              [](const renewal_report&) {},
              [](const audit_report&) {},
              [](const alert_changed&) {},
              [](const agent_listing_ptr&) {},
              [seen](const token_refused& refused) { seen->push_back(fmt::format("token {} refused", refused.token)); },
              [seen](const tenant_failed& failed) { seen->push_back("failed: " + failed.sentence); },
              [seen](const listener_counts& counts) {
                seen->push_back(fmt::format("{} active, {} reconnecting, {} stopped", counts.active,
                                            counts.reconnecting, counts.stopped));
              },
              [](caf::get_atom) { return system_metrics{}; },
              [](const status_query&) { return agent_status{}; },
              [](const agents_query&) { return std::vector<agent_status>{}; },
              [](const timer_fired&) {},
              [](const stop_command&) { return system_metrics{}; }};
    });
    auto metrics = system.spawn([]() -> metrics_actor::behavior_type {
      return {[](const committed_batch_ptr&) {}, [](const listener_counts&) {}, [](const alert_raised&) {},
              [](caf::get_atom) { return system_metrics{}; }, [](const stop_command&) {}};
    });
    auto alerts = system.spawn([seen = told]() -> alerts_actor::behavior_type {
      return {
          [](const alert_rules_changed&) {},

          [](const committed_batch_ptr&) {},
          [seen](const listener_stopped& gone) { seen->push_back(fmt::format("listener {} stopped", gone.listener)); },
          [](const renewal_report&) {},
          [](const audit_report&) {},
          [](const listener_counts&) {},
          [](alerts_wanted) {},
          [](const timer_fired&) {},
          [](const stop_command&) {}};
    });
    auto taker = system.spawn([kept = journal]() -> journal_actor::behavior_type {
      return {[](const leave_trail&) {},
              [kept](const draft_batch_ptr& draft) -> caf::result<void> {
                if (kept->broken) return caf::make_error(floor_error::crashed);
                kept->interruptions += draft->tally.interruptions;
                for (const auto& record : draft->records)
                  kept->records.push_back(std::string{record.head.in(draft->text)} + "0" +
                                          std::string{record.tail.in(draft->text)});
                return {};
              },
              [](const trail_progress&) {},
              [](const follow_trail&) {},
              [](const timer_fired&) {},
              [](const stop_command&) {}};
    });
    auto roster = system.spawn([listings = listings]() -> roster_actor::behavior_type {
      return {[](const access_token_ptr&) {}, [](const directory_answered&) {},
              [listings](const listing_wanted&) {
                ++*listings;
                return agent_listing_ptr{std::make_shared<agent_listing>()};
              },
              [](const timer_fired&) {}, [](const stop_command&) {}};
    });
    supervisor =
        spawn_connection_supervisor(system, settings, stream, wall_port(), {tenant, metrics, alerts, taker, roster}, 1);
    give_token(1);
    subscribe_new();
  }

  ~supervised_floor() { // timers that are left over run at the end, and these would never end
    self->send_exit(supervisor, caf::exit_reason::kill);
    run();
  }

  void give_token(std::uint64_t number) {
    self->send(supervisor, access_token_ptr{std::make_shared<const access_token>("t", number)});
    run();
  }

  /// The gateway acknowledges whatever was connected since.
  void subscribe_new() {
    for (; subscribed < stream->connections.size(); ++subscribed)
      stream->connections[subscribed]->subscribe(wall.now());
    run();
  }

  /// The journal refuses whatever the first listener's trackers draft, until it has given up.
  void fail_first_listener() {
    stream->connections[1]->answers_pings = true;
    journal->broken = true;
    for (int i = 0; i < 10 && told->back() != "listener 0 stopped"; ++i) {
      stream->connections[i == 0 ? 0 : stream->connections.size() - 1]->end({});
      run();
      pass(std::chrono::seconds{2});
      subscribe_new();
    }
  }

  scripted_connection& newest() { return *stream->connections.back(); }

  std::shared_ptr<std::vector<std::string>> told = std::make_shared<std::vector<std::string>>();
  /// What the journal was given.
  struct journal_kept {
    bool broken = false; ///< it refuses everything
    std::vector<std::string> records;
    std::uint64_t interruptions = 0;
  };
  std::shared_ptr<journal_kept> journal = std::make_shared<journal_kept>();
  std::shared_ptr<int> listings = std::make_shared<int>(0);
  std::shared_ptr<scripted_stream> stream = std::make_shared<scripted_stream>();
  std::size_t subscribed = 0;
  connection_supervisor_actor supervisor;
};

} // namespace floorwalker::testing
