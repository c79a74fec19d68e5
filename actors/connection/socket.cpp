#include "actors/connection/socket.hpp"

#include "actors/connection/liveness.hpp"
#include "actors/supervision/fault_containment.hpp"
#include "actors/supervision/timers.hpp"
#include "messages/close_reasons.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <utility>

namespace floorwalker {
namespace {

/// `phase` carries the one deadline that is running: for the upgrade, then the acknowledgement, then the close.
enum class socket_timer : std::uint8_t { phase, look };

class socket_state {
public:
  static inline constexpr const char* name = "socket";

  socket_state(socket_actor::pointer self, stream_request request, const tenant_settings& settings,
               std::shared_ptr<event_stream> stream, socket_peers peers)
      : self_(self),
        number_(request.connection),
        ack_timeout_(settings.limits.ack_timeout),
        liveness_(settings.liveness),
        request_(std::move(request)),
        stream_(std::move(stream)),
        peers_(std::move(peers)) {}

  ~socket_state() {
    if (connection_) connection_->drop("its actor ended");
  }

  socket_actor::behavior_type make_behavior() {
    contain_faults(*self_);
    start_phase(connect_deadline);
    connection_ = stream_->connect(std::move(request_), socket_actor{self_}, peers_.tracker);
    return {
        [this](const stream_upgraded&) {
          if (phase_ != phase::connecting) return;
          phase_ = phase::subscribing;
          start_phase(ack_timeout_);
        },
        [this](const stream_subscribed&) {
          if (phase_ == phase::dropped) return report(stream_stage::subscribed); // the tracker has begun to monitor
          if (phase_ != phase::connecting && phase_ != phase::subscribing) return;
          phase_ = phase::subscribed;
          deadline_.cancel();
          report(stream_stage::subscribed);
          look();
        },
        [this](const stream_carried_event&) { report(stream_stage::carried_event); },
        [this](stream_end end) {
          if (acknowledgement_missed_) end.kind = stream_end_kind::ack_timeout;
          connection_ = nullptr;
          self_->send(peers_.slot, stream_report{number_, stream_stage::ended, std::move(end)});
          self_->quit();
        },
        [this](const close_stream& how) { close(how); },
        [this](const timer_fired& timer) {
          if (timer.purpose == static_cast<std::uint8_t>(socket_timer::look)) {
            if (phase_ == phase::subscribed) look();
          } else if (timer.number == deadline_.number()) {
            deadline_passed();
          }
        },
    };
  }

private:
  enum class phase : std::uint8_t { connecting, subscribing, subscribed, closing, dropped };

  void start_phase(std::chrono::nanoseconds deadline) {
    send_timer(*self_, deadline, deadline_.start(static_cast<std::uint8_t>(socket_timer::phase)));
  }

  void report(stream_stage stage) { self_->send(peers_.slot, stream_report{number_, stage, {}}); }

  void close(const close_stream& how) {
    if (phase_ == phase::dropped) return;
    if (how.at_once) {
      phase_ = phase::dropped;
      connection_->drop(how.reason);
      return;
    }
    if (std::exchange(phase_, phase::closing) == phase::closing) return;
    start_phase(close_deadline);
    connection_->close(how.code, how.reason, how.read_to_end);
  }

  void deadline_passed() {
    switch (phase_) {
    case phase::connecting:
      connection_->drop("no connection in time");
      return;
    case phase::subscribing:
      acknowledgement_missed_ = true;
      close({1000, std::string{close_reasons::no_acknowledgement}, false});
      return;
    case phase::closing:
      connection_->drop("no answer to our close in time");
      return;
    case phase::subscribed:
    case phase::dropped:
      return;
    }
  }

  void look() {
    auto now = self_->clock().now();
    if (!watch_) watch_.emplace(liveness_, now);
    auto is_paused = connection_->paused();
    if (is_paused != std::exchange(paused_, is_paused))
      report(is_paused ? stream_stage::paused : stream_stage::resumed);
    auto step = watch_->look(now, connection_->octets_heard(), is_paused);
    if (step.dead) {
      connection_->drop("no answer to our ping");
      return;
    }
    if (step.ping) connection_->ping();
    send_timer(*self_, step.next, {static_cast<std::uint8_t>(socket_timer::look), 0});
  }

  socket_actor::pointer self_;
  std::uint64_t number_;
  std::chrono::nanoseconds ack_timeout_;
  liveness_settings liveness_;
  stream_request request_;
  std::shared_ptr<event_stream> stream_;
  socket_peers peers_;
  event_stream_connection_ptr connection_;
  phase phase_ = phase::connecting;
  latest_timer deadline_;
  std::optional<liveness_watch> watch_;
  bool paused_ = false;
  bool acknowledgement_missed_ = false;
};

} // namespace

socket_actor spawn_socket(caf::actor_system& system, stream_request request, const tenant_settings& settings,
                          std::shared_ptr<event_stream> stream, socket_peers peers) {
  return system.spawn<caf::stateful_actor<socket_state, socket_actor::impl>>(std::move(request), settings,
                                                                             std::move(stream), std::move(peers));
}

} // namespace floorwalker
