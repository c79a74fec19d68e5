#include "actors/alerts/alerts.hpp"

#include "actors/alerts/alert_book.hpp"
#include "actors/alerts/alert_rules.hpp"
#include "actors/alerts/time_in_state.hpp"
#include "actors/supervision/fault_containment.hpp"
#include "actors/supervision/timers.hpp"

#include <caf/actor_system.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <spdlog/spdlog.h>

#include <chrono>
#include <cstdint>
#include <utility>

namespace floorwalker {
namespace {

enum class alerts_timer : std::uint8_t { report, tick };

/// Unauthorized and late transitions are logged in one line an interval, whatever their rate.
constexpr std::chrono::minutes report_interval{1};
constexpr std::chrono::seconds tick_interval{1};
constexpr unsigned ticks_a_look_at_sinks = 10;
constexpr std::chrono::seconds sink_patience{3};

class alerts_state {
public:
  static constexpr const char* name = "alerts";

  alerts_state(alerts_actor::pointer self, const std::string& tenant, const alert_settings& settings,
               std::shared_ptr<const wall_clock> wall, const known_agents_ptr& known, alerts_peers peers)
      : self_{self},
        peers_{std::move(peers)},
        wall_{std::move(wall)},
        rules_{tenant, settings},
        stays_{tenant, settings.time_in_state},
        looks_at_sinks_{settings.max_sink_lag > 0} {
    contain_faults(*self);
    if (known) stays_.begin_with(*known);
  }

  alerts_actor::behavior_type make_behavior() {
    send_timer(*self_, tick_interval, {static_cast<std::uint8_t>(alerts_timer::tick), 0});
    return {
        [this](const committed_batch_ptr& batch) { look_at(*batch); },
        [this](const listener_stopped& stopped) {
          rules_.listener_stopped(stopped.listener, stopped.cause, wall_->now(), book_);
          tell();
        },
        [this](const renewal_report& report) {
          rules_.renewal(report.problem, report.final, wall_->now(), book_);
          tell();
        },
        [this](const audit_report& report) {
          rules_.audit(report, wall_->now(), book_);
          tell();
        },
        [this](const listener_counts& counts) {
          rules_.listeners(counts, wall_->now(), book_);
          tell();
        },
        [this](alerts_wanted) {
          for (auto& alert : book_.standing()) self_->send(peers_.tenant, alert_changed{std::move(alert)});
        },
        [this](const alert_rules_changed& changed) { adopt(changed); },
        [this](const timer_fired& timer) {
          if (static_cast<alerts_timer>(timer.purpose) == alerts_timer::report) return report_again();
          send_timer(*self_, tick_interval, timer);
          tick();
        },
        [this](stop_command) { stop(); },
    };
  }

private:
  void look_at(const committed_batch& batch) {
    rules_.apply(batch, book_);
    auto raised = tell();
    stays_.apply(batch, book_);
    tell();
    if (report_pending_ || !rules_.has_report()) return;
    if (!raised) spdlog::warn("{}", rules_.take_report()); // an alert has just told the same
    wait_for_report();
  }

  void adopt(const alert_rules_changed& changed) {
    auto now = wall_->now();
    const auto& settings = changed.settings->alerts;
    // Of a sink that is gone nobody would ever say that it has caught up; of the others it is soon said again.
    if (std::exchange(peers_.sinks, changed.sinks) != changed.sinks) book_.end_all("sink-lag", now);
    looks_at_sinks_ = settings.max_sink_lag > 0;
    rules_.adopt(settings, now, book_);
    if (changed.known) stays_.adopt(settings.time_in_state, *changed.known, now, book_);
    tell();
  }

  void tick() {
    auto now = wall_->now();
    rules_.advance(now, book_);
    stays_.advance(now, book_);
    book_.retell(now);
    tell();
    if (looks_at_sinks_ && ++ticks_ % ticks_a_look_at_sinks == 0) ask_sinks();
  }

  void ask_sinks() {
    for (const auto& sink : peers_.sinks)
      self_->request(sink, sink_patience, caf::get_atom_v)
          .then(
              [this](const sink_progress& progress) {
                rules_.sink(progress, wall_->now(), book_);
                tell();
              },
              [](const caf::error&) {}); // it starts again, or everything ends; asked again soon
  }

  /// Tells what has changed. True: something began to fire.
  bool tell() {
    auto raised = false;
    for (auto& [alert, began_firing] : book_.take_changes()) {
      if (began_firing) {
        raised = true;
        spdlog::warn("{}; {}", alert.sentence, alert.advice);
        self_->send(peers_.metrics, alert_raised{alert.kind, alert.sentence, alert.advice});
      }
      self_->send(peers_.tenant, alert_changed{std::move(alert)});
    }
    return raised;
  }

  void report_again() {
    report_pending_ = false;
    if (!rules_.has_report()) return;
    spdlog::warn("{}", rules_.take_report());
    wait_for_report();
  }

  void wait_for_report() {
    report_pending_ = true;
    send_timer(*self_, report_interval, {static_cast<std::uint8_t>(alerts_timer::report), 0});
  }

  void stop() {
    if (rules_.has_report()) spdlog::warn("{}", rules_.take_report());
    self_->quit();
  }

  alerts_actor::pointer self_;
  alerts_peers peers_;
  std::shared_ptr<const wall_clock> wall_;
  alert_book book_;
  alert_rules rules_;
  time_in_state stays_;
  bool looks_at_sinks_;
  unsigned ticks_ = 0;
  bool report_pending_ = false; ///< the interval since the last line has not passed
};

} // namespace

alerts_actor spawn_alerts(caf::actor_system& system, std::string tenant, const alert_settings& settings,
                          std::shared_ptr<const wall_clock> wall, const known_agents_ptr& known, alerts_peers peers) {
  return system.spawn<caf::stateful_actor<alerts_state, alerts_actor::impl>>(std::move(tenant), settings,
                                                                             std::move(wall), known, std::move(peers));
}

} // namespace floorwalker
