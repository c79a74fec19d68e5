#include "actors/connection/connection_supervisor.hpp"

#include "actors/connection/connect_permits.hpp"
#include "actors/connection/slot.hpp"
#include "actors/connection/slot_plan.hpp"
#include "actors/supervision/fault_containment.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <map>
#include <utility>

namespace floorwalker {
namespace {

class connection_supervisor_state {
public:
  static inline constexpr const char* name = "connection-supervisor";

  connection_supervisor_state(connection_supervisor_actor::pointer self,
                              std::shared_ptr<const tenant_settings> settings, std::shared_ptr<event_stream> stream,
                              std::shared_ptr<const wall_clock> wall, connection_supervisor_peers peers,
                              std::uint64_t seed)
      : self_(self),
        settings_(std::move(settings)),
        stream_(std::move(stream)),
        wall_(std::move(wall)),
        peers_(std::move(peers)),
        seed_(seed),
        plan_(settings_->limits.agents_per_subscription, settings_->limits.max_listeners,
              settings_->limits.missed_listings),
        permits_(settings_->limits) {
    if (peers_.known) known_ = *std::exchange(peers_.known, nullptr);
  }

  ~connection_supervisor_state() {
    for (auto& [number, slot] : slots_) caf::anon_send_exit(slot.actor, caf::exit_reason::user_shutdown);
  }

  connection_supervisor_actor::behavior_type make_behavior() {
    contain_faults(*self_);
    self_->set_down_handler([this](const caf::down_msg& down) { slot_down(down); });
    if (!settings_->all_agents) apply(plan_.add(configured_agents()));
    return {
        [this](const access_token_ptr& token) {
          token_ = token;
          for (auto& [number, slot] : slots_) self_->send(slot.actor, token);
        },
        [this](const agent_listing_ptr& listing) {
          if (settings_->all_agents && listing->available) apply(plan_.follow(*listing));
        },
        [this](const connect_wanted& wish) {
          permits_.wanted(wish);
          give_leaves();
        },
        [this](const connect_settled& done) {
          permits_.settled(done);
          give_leaves();
        },
        [this](const slot_report& report) { take(report); },
        [this](const token_refused& refused) { self_->send(peers_.tenant, refused); },
        [this](status_query query) -> caf::result<agent_status> {
          auto slot = slots_.find(plan_.slot_of(query.agent_key));
          if (slot == slots_.end()) return caf::make_error(floor_error::not_monitored);
          return self_->delegate(slot->second.actor, std::move(query));
        },
        [this](const agents_query& query) { return gather(query.complete); },
        [this](const rules_changed& changed) { adopt(changed); },
        [this](agents_released& released) { self_->send(peers_.tenant, std::move(released)); },
        [this](const stop_command&) -> caf::result<void> {
          stopped_ = self_->make_response_promise<void>();
          stopping_ = true;
          std::erase_if(slots_, [](const auto& slot) { return slot.second.gone; });
          for (auto& [number, slot] : slots_) self_->send(slot.actor, stop_command{});
          end_if_finished();
          return stopped_;
        },
    };
  }

private:
  struct supervised_slot {
    slot_actor actor;
    slot_condition condition = slot_condition::waiting;
    bool leaving = false; ///< without agents: it stops and is forgotten
    bool gone = false;    ///< its actor failed for good: nothing will answer a stop
  };

  agent_group configured_agents() const {
    agent_group configured;
    for (const auto& id : settings_->agents) configured.push_back(agent_identity::of(id));
    return configured;
  }

  void adopt(const rules_changed& changed) {
    if (stopping_) return;
    auto before = std::exchange(settings_, changed.settings);
    peers_.new_matrix = peers_.new_matrix || settings_->transitions != before->transitions;
    for (auto& [number, slot] : slots_)
      if (!slot.gone) self_->send(slot.actor, changed);
    if (!settings_->all_agents) apply(plan_.become(configured_agents()));
  }

  void apply(const plan_change& change) {
    if (change.without_place > 0) refuse(change.without_place);
    if (change.hired + change.left > 0)
      spdlog::info("tenant {}: {} agents join and {} leave the plan; {} agents in {} listeners", settings_->name,
                   change.hired, change.left, plan_.agents_planned(), plan_.slots().size());
    for (auto number : change.slots) {
      auto agents = plan_.agents(number);
      auto known = slots_.find(number);
      if (known == slots_.end()) {
        if (!agents->empty()) start_slot(number, std::move(agents));
        continue;
      }
      if (known->second.gone) { // nobody is there to be told
        if (agents->empty()) {
          slots_.erase(known);
          plan_.reopen(number);
        }
        continue;
      }
      self_->send(known->second.actor, agents);
      if (agents->empty()) {
        known->second.leaving = true;
        self_->send(known->second.actor, stop_command{});
      }
    }
    report_counts();
  }

  void refuse(std::size_t without_place) {
    auto sentence =
        fmt::format("{} agents don't fit: {} listeners of {} agents hold {}, and {} are wanted", without_place,
                    settings_->limits.max_listeners, settings_->limits.agents_per_subscription, plan_.places(),
                    plan_.agents_planned() + without_place);
    if (slots_.empty())
      self_->send(peers_.tenant, tenant_failed{failure_cause::configuration, sentence});
    else if (without_place != std::exchange(refused_before_, without_place))
      spdlog::error("tenant {}: {}; they are not monitored", settings_->name, sentence);
  }

  void start_slot(std::uint32_t number, agent_group_ptr agents) {
    // Each agent's knowledge is handed on once. Later it would tell of changes long gone.
    auto known = std::make_shared<known_agents>();
    for (auto& agent : *agents)
      if (auto before = known_.find(agent->key()); before != known_.end()) known->insert(known_.extract(before));
    auto actor = spawn_slot(
        self_->system(), number, settings_, std::move(agents), stream_, wall_,
        {connection_supervisor_actor{self_}, peers_.journal, peers_.roster, std::move(known), peers_.new_matrix},
        seed_ + number);
    self_->monitor(actor);
    slots_[number] = {actor, slot_condition::waiting, false, false};
    if (token_) self_->send(actor, token_);
  }

  void give_leaves() {
    auto held = std::ranges::count_if(
        slots_, [](const auto& slot) { return slot.second.condition != slot_condition::stopped; });
    for (auto& given : permits_.grants(static_cast<std::uint32_t>(held)))
      if (auto slot = slots_.find(given.slot); slot != slots_.end()) self_->send(slot->second.actor, given.leave);
  }

  void take(const slot_report& report) {
    auto known = slots_.find(report.slot);
    if (known == slots_.end()) return;
    auto before = std::exchange(known->second.condition, report.condition);
    auto was_subscribed = before == slot_condition::active || before == slot_condition::paused;
    if (report.condition == slot_condition::waiting && !report.cause.empty())
      spdlog::warn("tenant {}: listener {} {} and retries: {}", settings_->name, report.slot,
                   was_subscribed ? "lost its connection" : "could not connect", report.cause);
    if (report.condition == slot_condition::stopped && before != slot_condition::stopped)
      listener_gone(report.slot, report.cause);
    report_counts();
  }

  void listener_gone(std::uint32_t number, const std::string& cause) {
    plan_.close(number);
    self_->send(peers_.alerts, listener_stopped{number, cause});
    permits_.withdrawn(number);
    give_leaves();
    auto stopped = [](const auto& slot) { return slot.second.condition == slot_condition::stopped; };
    if (!stopping_ && std::ranges::all_of(slots_, stopped))
      self_->send(peers_.tenant,
                  tenant_failed{failure_cause::listeners, fmt::format("no listener is left; the last one: {}", cause)});
  }

  void report_counts() {
    if (stopping_) return; // the final metrics say how things were before the stop
    listener_counts counts;
    for (const auto& [number, slot] : slots_) switch (slot.condition) {
      case slot_condition::active:
        ++counts.active;
        break;
      case slot_condition::paused:
        ++counts.paused;
        break;
      case slot_condition::stopped:
        ++counts.stopped;
        break;
      case slot_condition::waiting:
      case slot_condition::connecting:
        ++counts.reconnecting;
        break;
      }
    if (counts == counts_) return;
    counts_ = counts;
    self_->send(peers_.metrics, counts);
    self_->send(peers_.tenant, counts);
  }

  void slot_down(const caf::down_msg& down) {
    auto known =
        std::ranges::find_if(slots_, [&](const auto& slot) { return down.source == slot.second.actor.address(); });
    if (known == slots_.end()) return;
    auto number = known->first;
    permits_.removed(number);
    if (stopping_ || known->second.leaving) {
      slots_.erase(known);
      plan_.reopen(number);
      // Agents that were hired while the slot was leaving wait for it to be gone.
      if (auto agents = plan_.agents(number); !stopping_ && !agents->empty()) start_slot(number, std::move(agents));
    } else {
      known->second.condition = slot_condition::stopped;
      known->second.gone = true;
      spdlog::error("tenant {}: listener {} failed: {}", settings_->name, number, to_string(down.reason));
      listener_gone(number, "a part of it failed again and again");
    }
    give_leaves();
    report_counts();
    end_if_finished();
  }

  /// Unless the answer has to be complete, a slot that is just ending has nothing to tell.
  caf::result<std::vector<agent_status>> gather(bool complete) {
    struct gathering {
      std::vector<agent_status> all;
      std::size_t missing = 0;
      bool failed = false;
      caf::typed_response_promise<std::vector<agent_status>> promise;
    };
    auto asked = std::ranges::count_if(slots_, [](const auto& slot) { return !slot.second.gone; });
    // Before the first plan nobody is asked, though an earlier run may have known agents.
    if (asked == 0) {
      if (complete) return caf::make_error(floor_error::incomplete);
      return std::vector<agent_status>{};
    }
    auto state = std::make_shared<gathering>();
    state->promise = self_->make_response_promise<std::vector<agent_status>>();
    state->missing = static_cast<std::size_t>(asked);
    state->all.reserve(plan_.agents_planned());
    auto one_less = [state, complete] {
      if (--state->missing > 0) return;
      if (state->failed && complete)
        state->promise.deliver(caf::make_error(floor_error::incomplete));
      else
        state->promise.deliver(std::move(state->all));
    };
    for (auto& [number, slot] : slots_) {
      if (slot.gone) continue; // what its agents did is in the trail, and it tells nothing any more
      self_->request(slot.actor, std::chrono::seconds{5}, agents_query{complete})
          .then(
              [state, one_less](std::vector<agent_status>& some) {
                std::ranges::move(some, std::back_inserter(state->all));
                one_less();
              },
              [state, one_less](const caf::error&) {
                state->failed = true;
                one_less();
              });
    }
    return state->promise;
  }

  void end_if_finished() {
    if (!stopped_.pending() || !slots_.empty()) return;
    stopped_.deliver();
    self_->quit();
  }

  connection_supervisor_actor::pointer self_;
  std::shared_ptr<const tenant_settings> settings_;
  std::shared_ptr<event_stream> stream_;
  std::shared_ptr<const wall_clock> wall_;
  connection_supervisor_peers peers_;
  std::uint64_t seed_;
  slot_plan plan_;
  known_agents known_; ///< what an earlier run knew of agents that are not planned yet
  connect_permits permits_;
  access_token_ptr token_;
  std::map<std::uint32_t, supervised_slot> slots_;
  listener_counts counts_;
  std::size_t refused_before_ = 0;
  caf::typed_response_promise<void> stopped_;
  bool stopping_ = false;
};

} // namespace

connection_supervisor_actor spawn_connection_supervisor(caf::actor_system& system,
                                                        std::shared_ptr<const tenant_settings> settings,
                                                        std::shared_ptr<event_stream> stream,
                                                        std::shared_ptr<const wall_clock> wall,
                                                        connection_supervisor_peers peers, std::uint64_t seed) {
  return system.spawn<caf::stateful_actor<connection_supervisor_state, connection_supervisor_actor::impl>>(
      std::move(settings), std::move(stream), std::move(wall), std::move(peers), seed);
}

} // namespace floorwalker
