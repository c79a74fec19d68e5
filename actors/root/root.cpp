#include "actors/root/root.hpp"

#include "actors/root/process_course.hpp"
#include "actors/sinks/sink.hpp"
#include "actors/supervision/fault_containment.hpp"
#include "actors/supervision/timers.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <spdlog/spdlog.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace floorwalker {
namespace {

class root_state {
public:
  static inline constexpr const char* name = "root";

  root_state(root_actor::pointer self, const std::vector<tenant_settings>& tenants, root_ports ports,
             std::uint64_t seed)
      : self_(self), tenants_(tenants), ports_(std::move(ports)), seed_(seed) {}

  ~root_state() {
    for (auto& [tenant, actor] : actors_) caf::anon_send_exit(actor, caf::exit_reason::user_shutdown);
    for (auto& sink : sinks_) caf::anon_send_exit(sink, caf::exit_reason::user_shutdown);
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
        [this](const timer_fired&) {
          if (ended_) return;
          spdlog::warn("the drain took longer than {} ms and is cut off", process_drain_deadline.count());
          end();
        },
        [this](const stop_command&) { end_with(0); },
    };
  }

private:
  void start() {
    for (auto& port : ports_.sinks)
      sinks_.push_back(spawn_sink(self_->system(), port.settings, port.outlet, port.cursors));
    for (const auto& sink : sinks_) self_->monitor(sink);
    auto seed = seed_;
    for (const auto& settings : tenants_) course_.expect(settings.name);
    for (const auto& settings : tenants_) {
      std::vector<sink_actor> takers;
      for (std::size_t i = 0; i < sinks_.size(); ++i) {
        const auto& wanted = ports_.sinks[i].settings.tenants;
        if (wanted.empty() || std::ranges::count(wanted, settings.name) > 0) takers.push_back(sinks_[i]);
      }
      auto actor = spawn_tenant(self_->system(), settings, ports_.tenant(settings),
                                {root_actor{self_}, std::move(takers)}, seed += 0x1000);
      self_->monitor(actor);
      actors_.emplace(settings.name, actor);
    }
  }

  void child_down(const caf::down_msg& down) {
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
    struct gathering {
      std::map<std::string, system_metrics> all;
      std::size_t missing = 0;
    };
    auto state = std::make_shared<gathering>();
    state->missing = actors_.size();
    if (actors_.empty()) return done(state->all);
    auto one_less = [state, done]() mutable {
      if (--state->missing == 0) done(state->all);
    };
    for (const auto& [tenant, actor] : actors_)
      self_->request(actor, time, Question{})
          .then(
              [state, one_less, tenant = tenant](const system_metrics& metrics) mutable {
                state->all.emplace(tenant, metrics);
                one_less();
              },
              [one_less](const caf::error&) mutable { one_less(); });
  }

  caf::result<std::vector<sink_progress>> progress_of_sinks() {
    struct gathering {
      std::vector<sink_progress> all;
      std::size_t missing = 0;
    };
    auto state = std::make_shared<gathering>();
    state->missing = sinks_.size();
    if (sinks_.empty()) return state->all;
    auto answer = self_->make_response_promise<std::vector<sink_progress>>();
    auto one_less = [state, answer]() mutable {
      if (--state->missing == 0) answer.deliver(state->all);
    };
    for (const auto& sink : sinks_)
      self_->request(sink, std::chrono::seconds{1}, caf::get_atom_v)
          .then(
              [state, one_less](const sink_progress& progress) mutable {
                state->all.push_back(progress);
                one_less();
              },
              [one_less](const caf::error&) mutable { one_less(); });
    return answer;
  }

  void end_with(int exit_code) {
    if (std::exchange(ending_, true)) return;
    result_.exit_code = exit_code;
    send_timer(*self_, process_drain_deadline, {});
    collect<stop_command>(process_drain_deadline, [this](auto& all) {
      result_.final_metrics = std::move(all);
      stop_sinks();
    });
  }

  void stop_sinks() {
    sinks_left_ = sinks_.size();
    if (sinks_left_ == 0) return end();
    auto one_less = [this] {
      if (--sinks_left_ == 0) end();
    };
    for (const auto& sink : sinks_)
      self_->request(sink, process_drain_deadline, stop_command{}).then(one_less, [one_less](const caf::error&) {
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
  std::vector<tenant_settings> tenants_;
  root_ports ports_;
  std::uint64_t seed_;
  process_course course_;
  std::vector<sink_actor> sinks_;
  std::map<std::string, tenant_actor> actors_;
  process_end result_;
  std::size_t sinks_left_ = 0;
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
