// Timers of an actor's own: a delayed message to itself, so that virtual time drives them in tests.
#pragma once

#include "messages/actors.hpp"

#include <caf/send.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <chrono>
#include <cstdint>

namespace floorwalker {

/// Sends `timer` to the actor itself after `delay`. The message holds the actor alive until then or until it quits.
template <class Self>
void send_timer(Self& self, std::chrono::nanoseconds delay, timer_fired timer) {
  self.delayed_send(&self, delay, timer);
}

/// Numbers timers of one purpose so that only the latest one counts: an older one that still fires has another number.
class latest_timer {
public:
  timer_fired start(std::uint8_t purpose) { return {purpose, ++number_}; }
  void cancel() { ++number_; }
  std::uint64_t number() const { return number_; }

private:
  std::uint64_t number_ = 0;
};

} // namespace floorwalker
