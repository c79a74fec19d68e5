#include "actors/tenant/tenant.hpp"

#include "actors/alerts/alerts.hpp"
#include "actors/audit/cut_record.hpp"
#include "actors/auth/auth.hpp"
#include "actors/connection/connection_supervisor.hpp"
#include "actors/hub/hub.hpp"
#include "actors/metrics/metrics.hpp"
#include "actors/metrics/tenant_totals.hpp"
#include "actors/roster/roster.hpp"
#include "actors/supervision/fault_containment.hpp"
#include "actors/supervision/timers.hpp"
#include "actors/tenant/tenant_change.hpp"
#include "actors/tenant/tenant_tree.hpp"
#include "actors/tracking/audit_entries.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace floorwalker {
namespace {

enum class tenant_timer : std::uint8_t { restart, drain, snapshot, begun };

/// How often it is looked whether a snapshot is due.
constexpr std::chrono::seconds snapshot_interval{5};
/// How long is waited for what goes into a snapshot; the next one comes soon enough.
constexpr std::chrono::seconds snapshot_patience{3};

class tenant_state {
public:
  static inline constexpr const char* name = "tenant";

  tenant_state(tenant_actor::pointer self, const tenant_settings& settings, tenant_ports ports, tenant_peers peers,
               std::uint64_t seed)
      : self_(self),
        settings_(std::make_shared<const tenant_settings>(settings)),
        ports_(std::move(ports)),
        peers_(std::move(peers)),
        seed_(seed) {}

  ~tenant_state() { end_from(tenant_child::metrics); }

  tenant_actor::behavior_type make_behavior() {
    contain_faults(*self_);
    self_->set_down_handler([this](const caf::down_msg& down) { child_down(down); });
    auto recovered = std::exchange(ports_.recovered, nullptr);
    if (recovered && !recovered->damage.empty()) {
      refuse(recovered->damage);
    } else {
      if (recovered) go_on_from(recovered);
      start_from(tenant_child::metrics);
      send_timer(*self_, snapshot_interval, {static_cast<std::uint8_t>(tenant_timer::snapshot), 0});
    }
    return {
        [this](const access_token_ptr& token) {
          token_ = token;
          self_->send(roster_, token);
          self_->send(connections_, token);
        },
        [this](const renewal_report& report) {
          if (hub_) self_->send(hub_, report);
          self_->send(alerts_, report);
        },
        [this](const audit_report& report) {
          audit_problem_ = report.problem;
          self_->send(alerts_, report);
          tell_condition();
        },
        [this](const alert_changed& alert) {
          if (hub_) self_->send(hub_, alert);
          if (ports_.alert_audience) ports_.alert_audience->take(settings_->name, alert.alert);
        },
        [this](const agent_listing_ptr& listing) { self_->send(connections_, listing); },
        [this](const token_refused& refused) { self_->send(auth_, refused); },
        [this](const tenant_failed& failed) { fail(failed.cause, failed.sentence); },
        [this](const listener_counts& counts) {
          if (counts != listener_counts{} && !std::exchange(planned_, true))
            send_timer(*self_, tenant_start_patience, {static_cast<std::uint8_t>(tenant_timer::begun), 0});
          listeners_ = counts;
          self_->send(alerts_, counts);
          tell_condition();
        },
        [this](caf::get_atom get) -> caf::result<system_metrics> { return self_->delegate(metrics_, get); },
        [this](status_query query) -> caf::result<agent_status> {
          if (!connections_) return caf::make_error(floor_error::not_monitored);
          return self_->delegate(connections_, std::move(query));
        },
        [this](agents_query query) -> caf::result<std::vector<agent_status>> {
          if (!connections_) return std::vector<agent_status>{};
          return self_->delegate(connections_, query);
        },
        [this](agents_released& released) {
          if (!released_) return;
          for (auto& agent : released.agents) {
            auto key = agent_key(agent.agent_id());
            released_->insert_or_assign(std::move(key), std::move(agent));
          }
        },
        [this](const tenant_change_ptr& change) -> caf::result<void> { return adopt(*change); },
        [this](alerts_wanted wanted) { self_->send(alerts_, wanted); },
        [this](const timer_fired& timer) { fired(timer); },
        [this](const stop_command&) -> caf::result<system_metrics> {
          auto answer = self_->make_response_promise<system_metrics>();
          stopped_ = answer;
          drain();
          return answer;
        },
    };
  }

private:
  static bool from(tenant_child first, tenant_child child) { return child >= first; }

  void go_on_from(const std::shared_ptr<const recovered_trail>& recovered) {
    counts_ = trail_figures(recovered->counts);
    known_ = known_agents_ptr{recovered, &recovered->agents};
    if (recovered->cut) cut_ = draft_of(*recovered->cut, settings_->name, ports_.wall->now());
  }

  /// Of a tenant whose trail is damaged only those parts run that can say so: nothing may write behind a record that
  /// nobody can trust.
  void refuse(const std::string& damage) {
    draining_ = drained_ = true;
    spdlog::error("tenant {} does not start, its audit trail is damaged: {}", settings_->name, damage);
    metrics_ = spawn_metrics(self_->system());
    start_hub(nullptr);
    if (ports_.alert_audience) ports_.alert_audience->begin(settings_->name);
    alerts_ = spawn_alerts(self_->system(), settings_->name, settings_->alerts, ports_.wall, nullptr,
                           {metrics_, tenant_actor{self_}, {}});
    self_->send(alerts_, audit_report{damage, true});
    report(tenant_condition::audit_damaged, failure_cause::audit, damage);
  }

  void start_from(tenant_child first) {
    auto& system = self_->system();
    tenant_actor me{self_};
    auto known = known_;
    if (from(first, tenant_child::metrics)) self_->monitor(metrics_ = spawn_metrics(system, counts_));
    if (from(first, tenant_child::alerts)) {
      if (ports_.alert_audience) ports_.alert_audience->begin(settings_->name);
      self_->monitor(alerts_ = spawn_alerts(system, settings_->name, settings_->alerts, ports_.wall, known,
                                            {metrics_, me, peers_.sinks}));
    }
    if (from(first, tenant_child::journal)) {
      self_->monitor(journal_ = spawn_journal(system, settings_->name, ports_.storage,
                                              {me, metrics_, alerts_, peers_.sinks}, ports_.limits));
      record_cut();
      for (const auto& draft : unrecorded_) record_change(draft);
    }
    start_platform_parts(first);
    start_hub(known);
    if (!hub_) return;
    self_->send(journal_, follow_trail{hub_});
    self_->send(alerts_, alerts_wanted{});
  }

  /// Those of the children that speak to the platform.
  void start_platform_parts(tenant_child first) {
    auto& system = self_->system();
    tenant_actor me{self_};
    if (from(first, tenant_child::auth))
      self_->monitor(auth_ = spawn_auth(system, *settings_, ports_.tokens, {me}, seed_));
    if (from(first, tenant_child::roster))
      self_->monitor(roster_ = spawn_roster(system, *settings_, ports_.directory, ports_.wall, {me}, seed_ + 1));
    if (from(first, tenant_child::connections))
      self_->monitor(connections_ = spawn_connection_supervisor(
                         system, settings_, ports_.stream, ports_.wall,
                         {me, metrics_, alerts_, journal_, roster_, std::exchange(known_, nullptr), new_matrix_},
                         seed_ + 2));
  }

  caf::result<void> adopt(const tenant_change& change) {
    if (draining_ || (released_ && change.settings)) return caf::make_error(floor_error::stopping);
    if (change.sinks) use_sinks(*change.sinks);
    auto alerts = settings_->alerts;
    if (change.settings) {
      new_matrix_ = new_matrix_ || change.settings->transitions != settings_->transitions;
      settings_ = change.settings;
      auto draft = std::make_shared<draft_batch>();
      draft->slot = no_slot;
      append_entry(*draft, settings_->name, configuration_entry{{}, nullptr, change.keys, ports_.wall->now()});
      unrecorded_.emplace_back(std::move(draft));
      record_change(unrecorded_.back());
    }
    if (change.sinks || settings_->alerts != alerts) tell_alert_rules(alerts);
    if (!change.settings) return caf::unit;
    if (!change.platform) {
      self_->send(connections_, rules_changed{settings_});
      return caf::unit;
    }
    ports_.tokens = change.platform->tokens;
    ports_.directory = change.platform->directory;
    ports_.stream = change.platform->stream;
    return connect_anew();
  }

  /// As long as it does not stand in the trail, a journal that is started again gets the draft again.
  void record_change(const draft_batch_ptr& draft) {
    self_->request(journal_, caf::infinite, draft)
        .then([this, draft] { std::erase(unrecorded_, draft); }, [](const caf::error&) {});
  }

  void use_sinks(const std::vector<sink_actor>& sinks) {
    auto among = [](const auto& list, const sink_actor& sink) { return std::ranges::count(list, sink) > 0; };
    for (const auto& sink : peers_.sinks)
      if (!among(sinks, sink)) self_->send(journal_, leave_trail{sink});
    for (const auto& sink : sinks)
      if (!among(peers_.sinks, sink)) self_->send(journal_, follow_trail{sink});
    peers_.sinks = sinks;
  }

  void tell_alert_rules(const alert_settings& before) {
    alert_rules_changed changed{settings_, peers_.sinks, nullptr};
    if (before.time_in_state == settings_->alerts.time_in_state || !connections_)
      return self_->send(alerts_, std::move(changed));
    // Where agents are whose state had no limit until now, only their trackers know.
    auto tell = [this, changed](std::vector<agent_status> agents) mutable {
      auto known = std::make_shared<known_agents>();
      for (auto& agent : agents) known->insert_or_assign(agent_key(agent.agent_id()), std::move(agent));
      changed.known = std::move(known);
      self_->send(alerts_, changed);
    };
    self_->request(connections_, snapshot_patience, agents_query{})
        .then([tell](std::vector<agent_status>& agents) mutable { tell(std::move(agents)); },
              [tell](const caf::error&) mutable { tell({}); });
  }

  /// An interruption that is recorded and reconciled like any other. Journal, metrics, alerts and hub go on.
  caf::result<void> connect_anew() {
    token_ = nullptr;
    if (restart_from_) {
      // What is about to start again does so with the new settings; what stands before it has to as well.
      if (*restart_from_ > tenant_child::auth) end_from(*(restart_from_ = tenant_child::auth));
      return caf::unit;
    }
    released_ = std::make_shared<known_agents>();
    auto answer = self_->make_response_promise<void>();
    self_->send(auth_, stop_command{});
    self_->send(roster_, stop_command{});
    auto go_on = [this, answer]() mutable {
      auto known = std::exchange(released_, nullptr);
      if (draining_) return answer.deliver(caf::make_error(floor_error::stopping));
      known_ = known;
      // Whatever failed meanwhile starts these parts again by itself, if they stand behind it.
      if (!restart_from_ || *restart_from_ > tenant_child::auth) start_platform_parts(tenant_child::auth);
      answer.deliver();
    };
    self_->request(connections_, tenant_drain_deadline, stop_command{})
        .then(go_on, [go_on, cut_off = connections_](const caf::error&) mutable {
          caf::anon_send_exit(cut_off, caf::exit_reason::user_shutdown);
          go_on();
        });
    return answer;
  }

  /// The last of the children: what people look at takes nothing else with it when it fails.
  void start_hub(const known_agents_ptr& known) {
    if (!ports_.audience) return;
    self_->monitor(
        hub_ = spawn_hub(self_->system(), settings_->name, ports_.audience, known, {tenant_actor{self_}, ports_.wall}));
    self_->send(hub_, tenant_report{settings_->name, condition_, failure_cause::none, sentence_});
  }

  /// Before any tracker knows the journal, so that the interruption stands before MONITORING_STARTED.
  void record_cut() {
    if (!cut_) return;
    self_->request(journal_, caf::infinite, cut_)
        .then([this] { cut_ = nullptr; },
              [](const caf::error&) {
                // The journal has ended; the one that is started in its place gets the draft again.
              });
  }

  /// Keeps what is known, so that the next process has less to read. First the sequence, then the questions: whoever
  /// judged a record up to that sequence has done so before it was drafted, so the answer reflects it.
  void take_snapshot() {
    auto sequence = ports_.storage->snapshot_due();
    if (!sequence) return;
    struct gathering {
      trail_snapshot snapshot;
      int missing = 2;
    };
    auto state = std::make_shared<gathering>();
    state->snapshot.sequence = *sequence;
    auto one_less = [this, state] {
      if (--state->missing > 0) return;
      counts_ = state->snapshot.counts;
      ports_.storage->keep(std::move(state->snapshot));
    };
    // Half a snapshot is none; there will be another soon.
    auto give_up = [this](const caf::error& why) {
      spdlog::debug("tenant {}: no snapshot this time: {}", settings_->name, to_string(why));
    };
    self_->request(connections_, snapshot_patience, agents_query{.complete = true})
        .then(
            [state, one_less](std::vector<agent_status>& agents) {
              state->snapshot.agents = std::move(agents);
              one_less();
            },
            give_up);
    self_->request(metrics_, snapshot_patience, caf::get_atom_v)
        .then(
            [state, one_less](const system_metrics& counts) {
              state->snapshot.counts = counts;
              one_less();
            },
            give_up);
  }

  void end_from(tenant_child first) {
    auto end = [&](tenant_child child, auto& handle) {
      if (from(first, child) && handle) caf::anon_send_exit(handle, caf::exit_reason::user_shutdown);
    };
    end(tenant_child::hub, hub_);
    end(tenant_child::connections, connections_);
    end(tenant_child::roster, roster_);
    end(tenant_child::auth, auth_);
    end(tenant_child::journal, journal_);
    end(tenant_child::alerts, alerts_);
    end(tenant_child::metrics, metrics_);
  }

  std::optional<tenant_child> child_of(const caf::actor_addr& address) const {
    if (address == metrics_.address()) return tenant_child::metrics;
    if (address == alerts_.address()) return tenant_child::alerts;
    if (address == journal_.address()) return tenant_child::journal;
    if (address == auth_.address()) return tenant_child::auth;
    if (address == roster_.address()) return tenant_child::roster;
    if (address == connections_.address()) return tenant_child::connections;
    if (hub_ && address == hub_.address()) return tenant_child::hub;
    return std::nullopt;
  }

  void child_down(const caf::down_msg& down) {
    auto child = child_of(down.source);
    // Those behind one that failed end with it, and start again with it.
    if (!child || draining_ || (restart_from_ && *child >= *restart_from_)) return;
    auto speaks_to_platform = *child >= tenant_child::auth && *child <= tenant_child::connections;
    if (released_ && speaks_to_platform) return; // they were told to end, and are about to start again
    const auto& row = tenant_children[static_cast<std::size_t>(*child)];
    if (!restarts_.allow(self_->clock().now())) {
      fail(failure_cause::internal, fmt::format("its {} failed again and again", row.name));
      return;
    }
    spdlog::error("tenant {}: its {} failed ({}) and starts again; lost: {}", settings_->name, row.name,
                  to_string(down.reason), row.lost);
    report(tenant_condition::degraded);
    auto awaited = std::exchange(restart_from_, child).has_value();
    end_from(*child);
    if (!awaited) send_timer(*self_, tenant_restart_pause, {static_cast<std::uint8_t>(tenant_timer::restart), 0});
  }

  void fired(const timer_fired& timer) {
    switch (static_cast<tenant_timer>(timer.purpose)) {
    case tenant_timer::restart:
      return restart();
    case tenant_timer::snapshot:
      if (draining_) return;
      send_timer(*self_, snapshot_interval, timer);
      if (!restart_from_) take_snapshot();
      return;
    case tenant_timer::begun:
      if (std::exchange(begins_, false)) tell_condition();
      return;
    case tenant_timer::drain:
      if (drained_) return;
      spdlog::warn("tenant {}: the drain took longer than {} s and is cut off", settings_->name,
                   tenant_drain_deadline.count());
      return finish();
    }
  }

  void restart() {
    auto first = std::exchange(restart_from_, std::nullopt);
    if (!first || draining_) return;
    start_from(*first);
    if (*first == tenant_child::hub) return tell_condition(); // nobody else has anything new to say
    if (!token_ || *first <= tenant_child::auth) return;      // a new auth brings a token of its own
    if (*first <= tenant_child::roster) self_->send(roster_, token_);
    self_->send(connections_, token_);
  }

  void tell_condition() {
    if (is_final(condition_)) return;
    auto condition = condition_of(listeners_, begins_);
    begins_ = begins_ && condition == tenant_condition::starting;
    report(audit_problem_.empty() ? condition : tenant_condition::audit_unavailable);
  }

  void report(tenant_condition condition, failure_cause cause = failure_cause::none, std::string sentence = {}) {
    if (condition == std::exchange(condition_, condition)) return;
    spdlog::info("tenant {} is {}", settings_->name, to_text(condition));
    sentence_ = std::move(sentence);
    tenant_report report{settings_->name, condition, cause, sentence_};
    if (hub_) self_->send(hub_, report);
    self_->send(peers_.root, std::move(report));
  }

  void fail(failure_cause cause, const std::string& sentence) {
    if (condition_ == tenant_condition::failed || stopped_) return;
    spdlog::error("tenant {} has failed: {}", settings_->name, sentence);
    // What it received is finished first, so that the root's word "failed" means that nothing more happens.
    failed_ = {cause, sentence};
    drain();
  }

  /// Along the way of an event: connections and trackers, then the journal; metrics answer last.
  void drain() {
    if (std::exchange(draining_, true)) {
      if (drained_) finish();
      return;
    }
    self_->send(auth_, stop_command{});
    take_snapshot(); // asked for ahead of the stop, it is answered on the way
    send_timer(*self_, tenant_drain_deadline, {static_cast<std::uint8_t>(tenant_timer::drain), 0});
    auto drain_journal = [this] {
      auto done = [this] { finish(); };
      self_->request(journal_, caf::infinite, stop_command{}).then(done, [done](const caf::error&) { done(); });
    };
    self_->request(connections_, caf::infinite, stop_command{}).then(drain_journal, [drain_journal](const caf::error&) {
      drain_journal();
    });
  }

  void finish() {
    drained_ = true;
    if (failed_) {
      auto [cause, sentence] = *std::exchange(failed_, std::nullopt);
      report(tenant_condition::failed, cause, sentence);
    }
    if (!stopped_) return;
    auto answer = *std::exchange(stopped_, std::nullopt);
    auto quit = [this] { self_->quit(); };
    auto deliver = [this, answer, quit](const system_metrics& metrics) mutable {
      answer.deliver(metrics);
      // What alerts have not reported yet is said now, before everything ends with this actor.
      self_->request(alerts_, std::chrono::seconds{1}, stop_command{}).then(quit, [quit](const caf::error&) {
        quit();
      });
    };
    self_->request(metrics_, std::chrono::seconds{1}, caf::get_atom_v)
        .then([deliver](const system_metrics& metrics) mutable { deliver(metrics); },
              [deliver](const caf::error&) mutable { deliver({}); });
  }

  tenant_actor::pointer self_;
  std::shared_ptr<const tenant_settings> settings_;
  tenant_ports ports_;
  tenant_peers peers_;
  std::uint64_t seed_;
  restart_intensity restarts_{tenant_restart_limit};
  std::optional<tenant_child> restart_from_;
  metrics_actor metrics_;
  alerts_actor alerts_;
  journal_actor journal_;
  auth_actor auth_;
  roster_actor roster_;
  connection_supervisor_actor connections_;
  hub_actor hub_;                           ///< null: nobody looks
  system_metrics counts_;                   ///< as of the last snapshot: metrics that start again go on from there
  known_agents_ptr known_;                  ///< from an earlier run, until the connections have it
  draft_batch_ptr cut_;                     ///< until it stands in the trail; null: there is none
  std::vector<draft_batch_ptr> unrecorded_; ///< changes of the configuration, until they stand in the trail
  std::shared_ptr<known_agents> released_;  ///< what trackers leave behind while the tenant connects anew; else null
  bool new_matrix_ = false;                 ///< the matrix is not the one that the tenant started with
  listener_counts listeners_;
  bool planned_ = false; ///< there are listeners
  bool begins_ = true;   ///< they connect for the first time
  std::string audit_problem_;
  access_token_ptr token_; ///< the newest, for children that start again
  tenant_condition condition_ = tenant_condition::starting;
  std::string sentence_; ///< why it is so, if there is more to say
  std::optional<std::pair<failure_cause, std::string>> failed_;
  std::optional<caf::typed_response_promise<system_metrics>> stopped_;
  bool draining_ = false;
  bool drained_ = false;
};

} // namespace

tenant_actor spawn_tenant(caf::actor_system& system, const tenant_settings& settings, tenant_ports ports,
                          tenant_peers peers, std::uint64_t seed) {
  return system.spawn<caf::stateful_actor<tenant_state, tenant_actor::impl>>(settings, std::move(ports),
                                                                             std::move(peers), seed);
}

} // namespace floorwalker
