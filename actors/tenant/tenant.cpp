#include "actors/tenant/tenant.hpp"

#include "actors/alerts/alerts.hpp"
#include "actors/audit/journal.hpp"
#include "actors/auth/auth.hpp"
#include "actors/connection/connection_supervisor.hpp"
#include "actors/metrics/metrics.hpp"
#include "actors/roster/roster.hpp"
#include "actors/supervision/fault_containment.hpp"
#include "actors/supervision/timers.hpp"
#include "actors/tenant/tenant_tree.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <optional>
#include <utility>

namespace floorwalker {
namespace {

enum class tenant_timer : std::uint8_t { restart, drain };

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
    start_from(tenant_child::metrics);
    return {
        [this](const access_token_ptr& token) {
          token_ = token;
          self_->send(roster_, token);
          self_->send(connections_, token);
        },
        [this](const renewal_report& report) { self_->send(alerts_, report); },
        [this](const agent_listing_ptr& listing) { self_->send(connections_, listing); },
        [this](const token_refused& refused) { self_->send(auth_, refused); },
        [this](const tenant_failed& failed) { fail(failed.cause, failed.sentence); },
        [this](const listener_counts& counts) {
          if (condition_ != tenant_condition::failed) report(condition_of(counts));
        },
        [this](caf::get_atom get) -> caf::result<system_metrics> { return self_->delegate(metrics_, get); },
        [this](status_query query) -> caf::result<agent_status> {
          return self_->delegate(connections_, std::move(query));
        },
        [this](agents_query query) -> caf::result<std::vector<agent_status>> {
          return self_->delegate(connections_, query);
        },
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

  void start_from(tenant_child first) {
    auto& system = self_->system();
    tenant_actor me{self_};
    if (from(first, tenant_child::metrics)) self_->monitor(metrics_ = spawn_metrics(system));
    if (from(first, tenant_child::alerts))
      self_->monitor(alerts_ = spawn_alerts(system, settings_->name, settings_->alerts, {metrics_}));
    if (from(first, tenant_child::journal))
      self_->monitor(journal_ =
                         spawn_journal(system, settings_->name, ports_.storage, {metrics_, alerts_, peers_.sinks}));
    if (from(first, tenant_child::auth))
      self_->monitor(auth_ = spawn_auth(system, *settings_, ports_.tokens, {me}, seed_));
    if (from(first, tenant_child::roster))
      self_->monitor(roster_ = spawn_roster(system, *settings_, ports_.directory, ports_.wall, {me}, seed_ + 1));
    if (from(first, tenant_child::connections))
      self_->monitor(connections_ = spawn_connection_supervisor(system, settings_, ports_.stream,
                                                                {me, metrics_, alerts_, journal_, roster_}, seed_ + 2));
  }

  void end_from(tenant_child first) {
    auto end = [&](tenant_child child, auto& handle) {
      if (from(first, child) && handle) caf::anon_send_exit(handle, caf::exit_reason::user_shutdown);
    };
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
    return std::nullopt;
  }

  void child_down(const caf::down_msg& down) {
    auto child = child_of(down.source);
    if (!child || draining_ || restart_from_) return;
    const auto& row = tenant_children[static_cast<std::size_t>(*child)];
    if (!restarts_.allow(self_->clock().now())) {
      fail(failure_cause::internal, fmt::format("its {} failed again and again", row.name));
      return;
    }
    spdlog::error("tenant {}: its {} failed ({}) and starts again; lost: {}", settings_->name, row.name,
                  to_string(down.reason), row.lost);
    report(tenant_condition::degraded);
    restart_from_ = child;
    end_from(*child);
    send_timer(*self_, tenant_restart_pause, {static_cast<std::uint8_t>(tenant_timer::restart), 0});
  }

  void fired(const timer_fired& timer) {
    if (timer.purpose == static_cast<std::uint8_t>(tenant_timer::restart)) {
      if (auto first = std::exchange(restart_from_, std::nullopt); first && !draining_) {
        start_from(*first);
        if (!token_ || *first <= tenant_child::auth) return; // a new auth brings a token of its own
        if (*first <= tenant_child::roster) self_->send(roster_, token_);
        self_->send(connections_, token_);
      }
      return;
    }
    if (drained_) return;
    spdlog::warn("tenant {}: the drain took longer than {} s and is cut off", settings_->name,
                 tenant_drain_deadline.count());
    finish();
  }

  void report(tenant_condition condition, failure_cause cause = failure_cause::none, std::string sentence = {}) {
    if (condition == std::exchange(condition_, condition)) return;
    spdlog::info("tenant {} is {}", settings_->name, to_text(condition));
    self_->send(peers_.root, tenant_report{settings_->name, condition, cause, std::move(sentence)});
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
  access_token_ptr token_; ///< the newest, for children that start again
  tenant_condition condition_ = tenant_condition::starting;
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
