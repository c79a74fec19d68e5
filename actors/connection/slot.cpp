#include "actors/connection/slot.hpp"

#include "actors/connection/slot_course.hpp"
#include "actors/connection/socket.hpp"
#include "actors/connection/tracker_succession.hpp"
#include "actors/supervision/backoff.hpp"
#include "actors/supervision/fault_containment.hpp"
#include "actors/supervision/restart_intensity.hpp"
#include "actors/supervision/timers.hpp"
#include "actors/tracking/tracker.hpp"
#include "messages/close_reasons.hpp"
#include "messages/wire/subscription_payload.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <fmt/ranges.h>
#include <spdlog/spdlog.h>

#include <map>
#include <optional>
#include <utility>

namespace floorwalker {
namespace {

constexpr const char* tracker_failed = "its tracker failed";

template <class... Handlers>
struct overloaded : Handlers... {
  using Handlers::operator()...;
};
template <class... Handlers>
overloaded(Handlers...) -> overloaded<Handlers...>;

class slot_state {
public:
  static inline constexpr const char* name = "slot";

  slot_state(slot_actor::pointer self, std::uint32_t number, std::shared_ptr<const tenant_settings> settings,
             agent_group_ptr agents, std::shared_ptr<event_stream> stream, std::shared_ptr<const wall_clock> wall,
             slot_peers peers, std::uint64_t seed)
      : self_(self),
        number_(number),
        settings_(std::move(settings)),
        agents_(std::move(agents)),
        stream_(std::move(stream)),
        wall_(std::move(wall)),
        peers_(std::move(peers)),
        course_(settings_->reconnect),
        chance_(seed),
        new_matrix_(peers_.new_matrix ? settings_ : nullptr) {}

  ~slot_state() {
    // Whoever ends a slot, its children end with it. A socket gives its connection up, and the tracker still writes
    // that interruption down.
    for (auto& [connection, socket] : sockets_) caf::anon_send_exit(socket, caf::exit_reason::user_shutdown);
    if (tracker_) caf::anon_send(tracker_, stop_command{});
  }

  slot_actor::behavior_type make_behavior() {
    contain_faults(*self_);
    self_->set_down_handler([this](const caf::down_msg& down) { child_down(down); });
    start_tracker();
    return {
        [this](const access_token_ptr& token) {
          auto first = token_ == nullptr;
          token_ = token;
          obey(first ? course_.begin() : course_.new_token());
        },
        [this](const agent_group_ptr& agents) {
          agents_ = agents;
          if (token_) obey(course_.renew());
        },
        [this](const connect_granted& grant) { obey(course_.granted(grant)); },
        [this](const stream_report& report) { take(report); },
        [this](const timer_fired& timer) { obey(course_.retry_due(timer.number, chance_.next())); },
        [this](status_query query) -> caf::result<agent_status> {
          if (!tracker_) return caf::make_error(floor_error::not_monitored);
          return self_->delegate(tracker_, std::move(query));
        },
        [this](agents_query query) -> caf::result<std::vector<agent_status>> {
          if (tracker_) return self_->delegate(tracker_, query);
          if (query.complete) return caf::make_error(floor_error::incomplete);
          return std::vector<agent_status>{};
        },
        [this](const rules_changed& changed) {
          auto before = std::exchange(settings_, changed.settings);
          if (settings_->transitions == before->transitions) return;
          new_matrix_ = settings_;
          if (tracker_) tell_matrix();
        },
        [this](agents_released& released) { self_->send(peers_.supervisor, std::move(released)); },
        [this](const stop_command&) -> caf::result<void> {
          stopped_ = self_->make_response_promise<void>();
          obey(course_.stop(agents_->empty() ? close_reasons::plan_changed : close_reasons::client_shutdown));
          return stopped_;
        },
    };
  }

private:
  void start_tracker() {
    // What an earlier run knew is of no use to a tracker that starts again: the trail has gone on since.
    tracker_ =
        spawn_tracker(self_->system(), settings_->name, number_, settings_->transitions, agents_,
                      {peers_.journal, peers_.roster, wall_, std::exchange(peers_.known, nullptr), slot_actor{self_}},
                      std::exchange(next_tracker_, tracker_start::successor));
    self_->monitor(tracker_);
    if (const auto& bequest = succession_.bequest())
      // As long as it is not in the journal, the next successor has to write it down as well.
      self_->request(tracker_, caf::infinite, *bequest)
          .then([this] { succession_.recorded(); }, [](const caf::error&) {});
    if (new_matrix_) tell_matrix();
  }

  /// As long as the trail does not tell the matrix, the tracker's successor has to write it down as well.
  void tell_matrix() {
    self_->request(tracker_, caf::infinite, matrix_changed{new_matrix_, wall_->now()})
        .then(
            [this, told = new_matrix_] {
              if (new_matrix_ == told) new_matrix_ = nullptr;
            },
            [](const caf::error&) {});
  }

  void take(const stream_report& report) {
    switch (report.stage) {
    case stream_stage::subscribed:
      succession_.subscribed(report.connection);
      obey(course_.subscribed(report.connection, self_->clock().now()));
      return;
    case stream_stage::carried_event:
      course_.carried_event(report.connection);
      return;
    case stream_stage::paused:
      obey(course_.paused(report.connection, true));
      return;
    case stream_stage::resumed:
      obey(course_.paused(report.connection, false));
      return;
    case stream_stage::ended:
      connection_ended(report.connection, report.end);
      return;
    }
  }

  void connection_ended(std::uint64_t connection, const stream_end& end) {
    sockets_.erase(connection);
    succession_.ended(connection, end.unfinished_since);
    if (!tracker_ && !repeated_ && succession_.complete()) start_tracker();
    if (!end.by_us)
      spdlog::debug("tenant {}: listener {}: connection {} ended: {} {}", settings_->name, number_, connection,
                    end.code, end.reason);
    obey(course_.ended(connection, end, self_->clock().now(), chance_.next()));
  }

  void obey(slot_commands commands) {
    for (auto& command : commands)
      std::visit(
          overloaded{
              [this](open_connection& open) { this->open(open); },
              [this](close_connection& close) {
                if (auto socket = sockets_.find(close.connection); socket != sockets_.end())
                  self_->send(socket->second, close_stream{close.code, std::move(close.reason), close.read_to_end});
              },
              [this](want_connect& want) {
                self_->send(peers_.supervisor, connect_wanted{number_, want.number, want.handover});
              },
              [this](settle_connect& settle) {
                self_->send(peers_.supervisor, connect_settled{number_, settle.number});
              },
              [this](wait_for_retry& wait) {
                send_timer(*self_, wait.delay, {0, wait.number});
              },
              [this](renew_token&) { self_->send(peers_.supervisor, token_refused{token_->number()}); },
              [this](report_condition& report) {
                self_->send(peers_.supervisor, slot_report{number_, report.condition, std::move(report.cause)});
              },
              [this](handover_abandoned& abandoned) {
                spdlog::warn("tenant {}: listener {} gave up its hand-over and keeps its old connection: {}",
                             settings_->name, number_, abandoned.cause);
              },
          },
          command);
    end_if_finished();
  }

  void open(const open_connection& open) {
    if (!succession_.complete()) {
      stream_end end;
      end.reason = tracker_failed;
      return connection_ended(open.connection, end);
    }
    wire::subscription wanted;
    wanted.events = settings_->events;
    for (const auto& agent : *agents_) wanted.agent_ids.emplace_back(agent->id());
    wanted.transitions = settings_->transitions;
    wanted.max_latency_ms = std::chrono::duration<double, std::milli>(settings_->alerts.max_latency).count();
    wanted.max_unverified_transitions = settings_->alerts.max_unverified_transitions;
    if (auto violations = wire::validate(wanted); !violations.empty()) {
      // A subscription like this would be rejected; the end of an attempt that never was says so.
      stream_end end{.kind = stream_end_kind::rejected, .by_us = true, .code = 1000};
      end.reason = fmt::format("not sent: {}", fmt::join(violations, "; "));
      connection_ended(open.connection, end);
      return;
    }
    if (!tracker_) start_tracker();
    succession_.planned(open.connection, agents_);
    self_->send(tracker_, source_planned{open.connection, agents_, open.handover});
    stream_request request{open.connection, number_, token_, wire::to_json(wanted)};
    auto socket = spawn_socket(self_->system(), std::move(request), *settings_, stream_, {slot_actor{self_}, tracker_});
    sockets_.emplace(open.connection, socket);
    self_->monitor(socket);
  }

  void child_down(const caf::down_msg& down) {
    if (tracker_ && down.source == tracker_.address()) {
      tracker_down(down.reason);
      return;
    }
    // A socket that reported its end is gone from the map; what is left here crashed.
    for (const auto& [connection, socket] : sockets_)
      if (down.source == socket.address()) {
        stream_end end;
        end.reason = "its actor failed";
        return connection_ended(connection, end);
      }
  }

  void tracker_down(const caf::error& reason) {
    tracker_ = nullptr;
    if (drained_) return finish();
    // A successor that fails over writing down the failure before it would do so at once and again: the next one waits
    // for the next connection, and so for the policy's delay.
    repeated_ = succession_.bequest().has_value();
    succession_.failed(wall_->now());
    // What the connections still carry would go to a tracker that is gone.
    for (auto& [connection, socket] : sockets_) self_->send(socket, close_stream{1006, tracker_failed, false, true});
    if (restarts_.allow(self_->clock().now())) {
      spdlog::error("tenant {}: listener {}: its tracker failed and starts again", settings_->name, number_);
      if (succession_.complete() && !repeated_) start_tracker();
    } else {
      failure_ = reason;
      obey(course_.stop(tracker_failed));
    }
  }

  void end_if_finished() {
    auto ending = stopped_.pending() || failure_.has_value();
    if (!ending || drained_ || !course_.finished()) return;
    drained_ = true;
    if (!tracker_) start_tracker();
    // The tracker ends by itself when all it received is journaled; its down message ends the slot.
    self_->send(tracker_, stop_command{});
  }

  void finish() {
    if (stopped_.pending()) stopped_.deliver();
    self_->quit(failure_.value_or(caf::error{}));
  }

  slot_actor::pointer self_;
  std::uint32_t number_;
  std::shared_ptr<const tenant_settings> settings_;
  agent_group_ptr agents_;
  std::shared_ptr<event_stream> stream_;
  std::shared_ptr<const wall_clock> wall_;
  slot_peers peers_;
  slot_course course_;
  chance_source chance_;
  restart_intensity restarts_{restart_limit{}};
  access_token_ptr token_;
  tenant_settings_ptr new_matrix_; ///< until the trail tells it; else null
  tracker_actor tracker_;          ///< none between two of them
  tracker_start next_tracker_ = tracker_start::first;
  tracker_succession succession_;
  bool repeated_ = false;                         ///< the last failure came before the one before it was written down
  std::optional<caf::error> failure_;             ///< what the slot ends with, once it has failed for good
  std::map<std::uint64_t, socket_actor> sockets_; ///< one, or two during a hand-over
  caf::typed_response_promise<void> stopped_;
  bool drained_ = false;
};

} // namespace

slot_actor spawn_slot(caf::actor_system& system, std::uint32_t number, std::shared_ptr<const tenant_settings> settings,
                      agent_group_ptr agents, std::shared_ptr<event_stream> stream,
                      std::shared_ptr<const wall_clock> wall, slot_peers peers, std::uint64_t seed) {
  return system.spawn<caf::stateful_actor<slot_state, slot_actor::impl>>(
      number, std::move(settings), std::move(agents), std::move(stream), std::move(wall), std::move(peers), seed);
}

} // namespace floorwalker
