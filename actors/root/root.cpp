#include "actors/root/root.hpp"

#include "actors/root/floor_change.hpp"
#include "actors/root/process_course.hpp"
#include "actors/sinks/sink.hpp"
#include "actors/supervision/fault_containment.hpp"
#include "actors/supervision/restart_intensity.hpp"
#include "actors/supervision/timers.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <spdlog/spdlog.h>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace floorwalker {
namespace {

enum class root_timer : std::uint8_t { drain, sink_restart };

/// A tenant that connects anew is drained first.
constexpr std::chrono::seconds tenant_change_patience{8};

/// A sink that failed starts again after the short pause; one that does so again and again, after the long one.
constexpr restart_limit quick_sink_restarts{3, std::chrono::seconds{60}};
constexpr std::chrono::seconds short_sink_pause{1};
constexpr std::chrono::seconds long_sink_pause{60};

/// Counts answers: `done` runs with the call that is number `count`, or at once if none is awaited.
std::function<void()> when_all(std::size_t count, std::function<void()> done) {
  if (count == 0) done();
  return [missing = std::make_shared<std::size_t>(count), done = std::move(done)] {
    if (--*missing == 0) done();
  };
}

class root_state {
public:
  static inline constexpr const char* name = "root";

  root_state(root_actor::pointer self, const std::vector<tenant_settings>& tenants, root_ports ports,
             std::uint64_t seed)
      : self_(self), tenants_(tenants), ports_(std::move(ports)), seed_(seed) {}

  ~root_state() {
    for (auto& [tenant, actor] : actors_) caf::anon_send_exit(actor, caf::exit_reason::user_shutdown);
    for (auto& sink : sinks_) caf::anon_send_exit(sink.actor, caf::exit_reason::user_shutdown);
  }

  root_actor::behavior_type make_behavior() {
    contain_faults(*self_);
    self_->set_down_handler([this](const caf::down_msg& down) { child_down(down); });
    start();
    return {
        [this](const tenant_report& report) {
          if (auto code = course_.reported(report.tenant, report.condition, report.cause)) end_with(*code);
        },
        [this](caf::join_atom) -> caf::result<process_end_ptr> {
          joined_ = self_->make_response_promise<process_end_ptr>();
          if (ended_) deliver_end();
          return joined_;
        },
        [this](const tenant_status_query& query) -> caf::result<agent_status> {
          auto tenant = actors_.find(query.tenant);
          if (tenant == actors_.end()) return caf::make_error(floor_error::not_monitored);
          return self_->delegate(tenant->second, status_query{query.agent_key});
        },
        [this](caf::get_atom) -> caf::result<std::map<std::string, system_metrics>> {
          auto answer = self_->make_response_promise<std::map<std::string, system_metrics>>();
          collect<caf::get_atom>(std::chrono::seconds{2}, [answer](auto& all) mutable { answer.deliver(all); });
          return answer;
        },
        [this](const tenant_agents_query& query) -> caf::result<std::vector<agent_status>> {
          auto tenant = actors_.find(query.tenant);
          if (tenant == actors_.end()) return caf::make_error(floor_error::not_monitored);
          return self_->delegate(tenant->second, agents_query{});
        },
        [this](const sinks_query&) -> caf::result<std::vector<sink_progress>> { return progress_of_sinks(); },
        [this](const floor_change_ptr& change) -> caf::result<floor_changed> { return begin(change); },
        [this](const timer_fired& timer) { fired(timer); },
        [this](const stop_command&) { end_with(0); },
    };
  }

private:
  struct running_sink {
    std::uint64_t number; ///< unlike any other's of this process
    sink_port port;
    sink_actor actor;
    std::uint32_t failures = 0;
    sink_progress told = {.sink = port.settings.name}; ///< last
    restart_intensity quick_restarts{quick_sink_restarts};

    const std::string& name() const { return port.settings.name; }
    bool wants(const std::string& tenant) const {
      const auto& tenants = port.settings.tenants;
      return tenants.empty() || std::ranges::count(tenants, tenant) > 0;
    }
  };

  /// A reload under way: what was asked is answered when nothing is missing.
  struct change_course {
    floor_change_ptr change;
    caf::typed_response_promise<floor_changed> answer;
    floor_changed changed;
    std::vector<running_sink> leaving;
    std::size_t missing = 0;
  };
  using change_course_ptr = std::shared_ptr<change_course>;

  void start() {
    for (const auto& port : std::exchange(ports_.sinks, {})) start_sink(port);
    for (const auto& settings : tenants_) course_.expect(settings.name);
    for (const auto& settings : tenants_) start_tenant(settings, ports_.tenant(settings));
    tenants_.clear();
  }

  void start_sink(const sink_port& port) {
    sinks_.push_back({.number = ++sinks_started_, .port = port, .actor = {}});
    start(sinks_.back());
  }

  void start(running_sink& sink) {
    const auto& port = sink.port;
    sink.actor = spawn_sink(self_->system(), port.settings, port.outlet, port.cursors, sink.failures);
    self_->monitor(sink.actor);
  }

  /// It goes on where its cursor stands, so what was on its way may be delivered twice.
  void sink_failed(running_sink& sink, const caf::error& reason) {
    ++sink.failures;
    if (ending_) return spdlog::error("sink {} failed ({}) while the process ends", sink.name(), to_string(reason));
    auto pause = sink.quick_restarts.allow(self_->clock().now()) ? short_sink_pause : long_sink_pause;
    spdlog::error("sink {} failed ({}) and starts again in {} s; {}", sink.name(), to_string(reason), pause.count(),
                  sink.port.cursors ? "it goes on behind what is known to be delivered"
                                    : "it keeps no cursor, so records until then are missing there");
    send_timer(*self_, pause, {static_cast<std::uint8_t>(root_timer::sink_restart), sink.number});
  }

  void restart_sink(std::uint64_t number) {
    auto found = std::ranges::find(sinks_, number, &running_sink::number);
    if (ending_ || found == sinks_.end()) return;
    start(*found);
    for (const auto& [tenant, actor] : actors_) {
      if (!found->wants(tenant)) continue;
      self_
          ->request(actor, tenant_change_patience,
                    std::make_shared<const tenant_change>(tenant_change{{}, {}, {}, takers_of(tenant)}))
          .then([] {},
                [sink = found->name(), whose = tenant](const caf::error& error) {
                  // One that ends or has failed needs no sinks any more.
                  if (error == caf::sec::request_timeout)
                    spdlog::error("tenant {} was not told of sink {}, which has started again: {}", whose, sink,
                                  to_string(error));
                });
    }
  }

  void start_tenant(const tenant_settings& settings, tenant_ports ports) {
    course_.expect(settings.name);
    auto actor = spawn_tenant(self_->system(), settings, std::move(ports),
                              {root_actor{self_}, takers_of(settings.name)}, seed_ += 0x1000);
    self_->monitor(actor);
    actors_.emplace(settings.name, actor);
  }

  std::vector<sink_actor> takers_of(const std::string& tenant) const {
    std::vector<sink_actor> takers;
    for (const auto& sink : sinks_)
      if (sink.wants(tenant)) takers.push_back(sink.actor);
    return takers;
  }

  caf::result<floor_changed> begin(const floor_change_ptr& change) {
    if (ending_) return caf::make_error(floor_error::stopping);
    auto course = std::make_shared<change_course>();
    course->change = change;
    course->answer = self_->make_response_promise<floor_changed>();
    course->missing = 1;
    std::map<std::string, std::vector<sink_actor>> takers;
    for (const auto& [tenant, actor] : actors_) takers[tenant] = takers_of(tenant);
    std::erase_if(sinks_, [&](const running_sink& sink) {
      auto removed = std::ranges::count(change->sinks_removed, sink.name()) > 0;
      if (removed) course->leaving.push_back(sink);
      return removed;
    });
    for (const auto& port : change->sinks_added) start_sink(port);
    remove_tenants(course);
    change_tenants(course, takers);
    if (change->alerts_told_again)
      for (const auto& [tenant, actor] : actors_) self_->send(actor, alerts_wanted{});
    for (const auto& added : change->tenants_added) start_tenant(added.settings, added.ports);
    tenants_settled(course);
    return course->answer;
  }

  void remove_tenants(const change_course_ptr& course) {
    auto leaving = course->change->tenants_removed;
    if (course->change->failed_removed) {
      course->changed.failed_tenants = course_.failed();
      for (const auto& failed : course->changed.failed_tenants)
        if (std::ranges::count(leaving, failed) == 0) leaving.push_back(failed);
    }
    for (const auto& tenant : leaving) {
      auto found = actors_.find(tenant);
      if (found == actors_.end()) continue;
      auto actor = found->second;
      actors_.erase(found);
      course_.forget(tenant);
      ++course->missing;
      self_->request(actor, process_drain_deadline, stop_command{})
          .then(
              [this, course, tenant](const system_metrics& metrics) {
                spdlog::info("tenant {} has ended; its final metrics: {}", tenant, to_json(metrics));
                tenants_settled(course);
              },
              [this, course, tenant, actor](const caf::error& error) {
                // One whose actor has failed is gone already.
                if (error == caf::sec::request_timeout)
                  course->changed.problems.push_back("tenant " + tenant + " did not end in time and was cut off");
                caf::anon_send_exit(actor, caf::exit_reason::user_shutdown);
                tenants_settled(course);
              });
    }
  }

  void change_tenants(const change_course_ptr& course, const std::map<std::string, std::vector<sink_actor>>& takers) {
    for (const auto& [tenant, actor] : actors_) {
      tenant_change change;
      for (const auto& changed : course->change->tenants_changed)
        if (changed.settings->name == tenant) change = {changed.settings, changed.keys, changed.platform, {}};
      if (auto now = takers_of(tenant); now != takers.at(tenant)) change.sinks = std::move(now);
      if (!change.settings && !change.sinks) continue;
      ++course->missing;
      self_->request(actor, tenant_change_patience, std::make_shared<const tenant_change>(std::move(change)))
          .then([this, course] { tenants_settled(course); },
                [this, course, whose = tenant](const caf::error& error) {
                  course->changed.problems.push_back("tenant " + whose +
                                                     " did not take its change: " + to_string(error));
                  tenants_settled(course);
                });
    }
  }

  /// Sinks end behind the tenants, whose journals then give them nothing more.
  void tenants_settled(const change_course_ptr& course) {
    if (--course->missing > 0) return;
    course->missing = course->leaving.size() + 1;
    for (const auto& sink : course->leaving)
      self_->request(sink.actor, process_drain_deadline, stop_command{})
          .then([course] { one_less(course); },
                [course, whose = sink.name(), actor = sink.actor](const caf::error& error) {
                  if (error == caf::sec::request_timeout)
                    course->changed.problems.push_back("sink " + whose + " did not end in time and was cut off");
                  caf::anon_send_exit(actor, caf::exit_reason::user_shutdown);
                  one_less(course);
                });
    one_less(course);
  }

  static void one_less(const change_course_ptr& course) {
    if (--course->missing == 0) course->answer.deliver(std::move(course->changed));
  }

  void fired(const timer_fired& timer) {
    switch (static_cast<root_timer>(timer.purpose)) {
    case root_timer::sink_restart:
      return restart_sink(timer.number);
    case root_timer::drain:
      if (ended_) return;
      spdlog::warn("the drain took longer than {} ms and is cut off", process_drain_deadline.count());
      return end();
    }
  }

  void child_down(const caf::down_msg& down) {
    for (auto& sink : sinks_)
      if (down.source == sink.actor.address() && down.reason != caf::exit_reason::normal)
        return sink_failed(sink, down.reason);
    if (ending_) return;
    for (const auto& [tenant, actor] : actors_)
      if (down.source == actor.address()) {
        // A tenant handles its parts' failures itself; if it fails too, the others go on without it.
        spdlog::error("tenant {} has failed: {}", tenant, to_string(down.reason));
        if (auto code = course_.reported(tenant, tenant_condition::failed, failure_cause::internal)) end_with(*code);
        return;
      }
  }

  /// Asks every tenant; who does not answer in time is left out.
  template <class Question, class Done>
  void collect(std::chrono::milliseconds time, Done done) {
    auto all = std::make_shared<std::map<std::string, system_metrics>>();
    auto one_less = when_all(actors_.size(), [all, done]() mutable { done(*all); });
    for (const auto& [tenant, actor] : actors_)
      self_->request(actor, time, Question{})
          .then(
              [all, one_less, tenant = tenant](const system_metrics& metrics) {
                all->emplace(tenant, metrics);
                one_less();
              },
              [one_less](const caf::error&) { one_less(); });
  }

  caf::result<std::vector<sink_progress>> progress_of_sinks() {
    auto answer = self_->make_response_promise<std::vector<sink_progress>>();
    auto one_less = when_all(sinks_.size(), [this, answer]() mutable {
      std::vector<sink_progress> all;
      for (const auto& sink : sinks_) {
        all.push_back(sink.told);
        all.back().failed += sink.failures;
      }
      answer.deliver(std::move(all));
    });
    for (const auto& sink : sinks_)
      self_->request(sink.actor, std::chrono::seconds{1}, caf::get_atom_v)
          .then(
              [this, one_less, number = sink.number](sink_progress& progress) {
                auto asked = std::ranges::find(sinks_, number, &running_sink::number);
                if (asked != sinks_.end()) asked->told = std::move(progress);
                one_less();
              },
              [one_less](const caf::error&) { one_less(); });
    return answer;
  }

  void end_with(int exit_code) {
    if (std::exchange(ending_, true)) return;
    result_.exit_code = exit_code;
    send_timer(*self_, process_drain_deadline, {static_cast<std::uint8_t>(root_timer::drain), 0});
    collect<stop_command>(process_drain_deadline, [this](auto& all) {
      result_.final_metrics = std::move(all);
      stop_sinks();
    });
  }

  void stop_sinks() {
    auto one_less = when_all(sinks_.size(), [this] { end(); });
    for (const auto& sink : sinks_)
      self_->request(sink.actor, process_drain_deadline, stop_command{}).then(one_less, [one_less](const caf::error&) {
        one_less();
      });
  }

  void end() {
    if (std::exchange(ended_, true)) return;
    if (joined_.pending()) deliver_end();
  }

  void deliver_end() {
    joined_.deliver(process_end_ptr{std::make_shared<const process_end>(std::move(result_))});
    self_->quit();
  }

  root_actor::pointer self_;
  std::vector<tenant_settings> tenants_; ///< to start with
  root_ports ports_;
  std::uint64_t seed_; ///< of the last tenant that was started
  process_course course_;
  std::vector<running_sink> sinks_;
  std::uint64_t sinks_started_ = 0;
  std::map<std::string, tenant_actor> actors_;
  process_end result_;
  caf::typed_response_promise<process_end_ptr> joined_;
  bool ending_ = false;
  bool ended_ = false;
};

} // namespace

root_actor spawn_root(caf::actor_system& system, const std::vector<tenant_settings>& tenants, root_ports ports,
                      std::uint64_t seed) {
  return system.spawn<caf::stateful_actor<root_state, root_actor::impl>>(tenants, std::move(ports), seed);
}

} // namespace floorwalker
