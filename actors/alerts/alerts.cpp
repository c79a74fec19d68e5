#include "actors/alerts/alerts.hpp"

#include "actors/alerts/alert_rules.hpp"
#include "actors/supervision/fault_containment.hpp"
#include "actors/supervision/timers.hpp"

#include <caf/actor_system.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <spdlog/spdlog.h>

#include <chrono>
#include <utility>

namespace floorwalker {
namespace {

/// Unauthorized and late transitions are logged in one line an interval, whatever their rate.
constexpr std::chrono::minutes report_interval{1};

class alerts_state {
public:
  static constexpr const char* name = "alerts";

  alerts_state(alerts_actor::pointer self, std::string tenant, const alert_settings& settings, alerts_peers peers)
      : self_{self}, peers_{std::move(peers)}, rules_{std::move(tenant), settings} {
    contain_faults(*self);
  }

  alerts_actor::behavior_type make_behavior() {
    return {
        [this](const committed_batch_ptr& batch) { look_at(*batch); },
        [this](const listener_stopped& stopped) { raise(rules_.listener_stopped(stopped.listener, stopped.cause)); },
        [this](const renewal_report& report) {
          if (auto alert = rules_.renewal(report.problem, report.final)) raise(std::move(*alert));
        },
        [this](const audit_report& report) {
          if (auto alert = rules_.audit(report.problem, report.damaged)) raise(std::move(*alert));
          if (auto alert = rules_.audit_space(report.low_space)) raise(std::move(*alert));
        },
        [this](const timer_fired&) { report_again(); },
        [this](stop_command) { stop(); },
    };
  }

private:
  void look_at(const committed_batch& batch) {
    auto alerts = rules_.apply(batch);
    auto raised = !alerts.empty();
    for (auto& alert : alerts) raise(std::move(alert));
    if (report_pending_ || !rules_.has_report()) return;
    if (!raised) spdlog::warn("{}", rules_.take_report()); // an alert has just told the same
    wait_for_report();
  }

  void raise(alert_text alert) {
    spdlog::warn("{}; {}", alert.sentence, alert.advice);
    alert_raised raised{std::string{alert.kind}, std::move(alert.sentence), std::move(alert.advice)};
    self_->send(peers_.tenant, raised);
    self_->send(peers_.metrics, std::move(raised));
  }

  void report_again() {
    report_pending_ = false;
    if (!rules_.has_report()) return;
    spdlog::warn("{}", rules_.take_report());
    wait_for_report();
  }

  void wait_for_report() {
    report_pending_ = true;
    send_timer(*self_, report_interval, {});
  }

  void stop() {
    if (rules_.has_report()) spdlog::warn("{}", rules_.take_report());
    self_->quit();
  }

  alerts_actor::pointer self_;
  alerts_peers peers_;
  alert_rules rules_;
  bool report_pending_ = false; ///< the interval since the last line has not passed
};

} // namespace

alerts_actor spawn_alerts(caf::actor_system& system, std::string tenant, const alert_settings& settings,
                          alerts_peers peers) {
  return system.spawn<caf::stateful_actor<alerts_state, alerts_actor::impl>>(std::move(tenant), settings,
                                                                             std::move(peers));
}

} // namespace floorwalker
