#include "actors/sinks/sink.hpp"

#include "actors/sinks/delivery_queue.hpp"
#include "actors/sinks/sink_filter.hpp"
#include "actors/sinks/write_retry.hpp"
#include "actors/supervision/fault_containment.hpp"
#include "actors/supervision/timers.hpp"

#include <caf/actor_system.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>
#include <spdlog/spdlog.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace floorwalker {
namespace {

/// How long a sink that was told to stop goes on writing.
constexpr std::chrono::seconds stop_deadline{3};

class sink_state {
public:
  static constexpr const char* name = "sink";

  sink_state(sink_actor::pointer self, const sink_settings& settings, outlet_ptr outlet)
      : self_{self}, name_{settings.name}, filter_{settings}, outlet_{std::move(outlet)} {
    contain_faults(*self);
  }

  sink_actor::behavior_type make_behavior() {
    return {
        [this](const committed_batch_ptr& batch) -> caf::result<void> { return take(batch); },
        [this](const outlet_written& written) { settle(written); },
        [this](const timer_fired& timer) { obey(timer); },
        [this](stop_command) -> caf::result<void> { return stop(); },
    };
  }

private:
  enum purpose : std::uint8_t { retry, deadline };
  using credit = caf::typed_response_promise<void>;

  caf::result<void> take(const committed_batch_ptr& batch) {
    if (!stops_.empty()) return floor_error::stopping;
    auto chosen = filter_.select(batch);
    if (chosen.records == 0) return caf::unit;
    queue_.push({std::move(chosen.text), batch, chosen.records, std::move(chosen.selected)});
    write_next();
    if (queue_.has_room()) return caf::unit;
    auto promise = self_->make_response_promise<void>();
    held_.push_back(promise);
    return promise;
  }

  void write_next() {
    if (queue_.begin_group()) hand_over_group();
  }

  void hand_over_group() {
    under_way_ = true;
    outlet_->write(queue_.group_number(), queue_.group(), sink_actor{self_});
  }

  void settle(const outlet_written& written) {
    if (!under_way_ || written.number != queue_.group_number()) return;
    under_way_ = false;
    if (!written.problem.empty()) return try_later(written.problem);
    if (auto failures = retry_.succeeded())
      spdlog::info("sink {} writes again after {} attempts that failed", name_, failures);
    queue_.finish_group();
    write_next();
    if (queue_.has_room()) release();
    if (!stops_.empty() && queue_.empty()) end();
  }

  void try_later(const std::string& problem) {
    auto [delay, log] = retry_.failed();
    if (log)
      spdlog::error("sink {} {}; {} records wait, and it is tried again until it succeeds ({} attempts so far)", name_,
                    problem, queue_.records(), retry_.failures());
    send_timer(*self_, delay, retry_timer_.start(retry));
  }

  void obey(const timer_fired& timer) {
    if (timer.purpose == deadline) return end();
    if (timer.number == retry_timer_.number() && !under_way_) hand_over_group();
  }

  void release() {
    for (auto& promise : std::exchange(held_, {})) promise.deliver();
  }

  caf::result<void> stop() {
    auto promise = self_->make_response_promise<void>();
    stops_.push_back(promise);
    if (stops_.size() > 1) return promise;
    release(); // nobody has more to send, and nobody should wait for what the deadline may cut off
    if (queue_.empty()) {
      end();
      return promise;
    }
    send_timer(*self_, stop_deadline, {deadline, 0});
    if (!under_way_) { // waiting to try again, perhaps for longer than the deadline
      retry_timer_.cancel();
      retry_.hurry();
      hand_over_group();
    }
    return promise;
  }

  void end() {
    if (!queue_.empty())
      spdlog::error("sink {} was stopped with {} records left that it could not write", name_, queue_.records());
    for (auto& promise : stops_) promise.deliver();
    self_->quit();
  }

  sink_actor::pointer self_;
  std::string name_;
  sink_filter filter_;
  outlet_ptr outlet_;
  delivery_queue queue_;
  bool under_way_ = false; ///< the outlet owes an answer
  write_retry retry_;
  latest_timer retry_timer_;
  std::vector<credit> held_;  ///< journals that wait for room, in their order
  std::vector<credit> stops_; ///< who asked for the stop
};

} // namespace

sink_actor spawn_sink(caf::actor_system& system, const sink_settings& settings, outlet_ptr outlet) {
  return system.spawn<caf::stateful_actor<sink_state, sink_actor::impl>>(settings, std::move(outlet));
}

} // namespace floorwalker
