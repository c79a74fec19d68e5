// When an open connection is pinged, and when it counts as dead. Pure: time is an argument.
#pragma once

#include "messages/settings.hpp"
#include "messages/time.hpp"

#include <chrono>
#include <cstdint>
#include <optional>

namespace floorwalker {

/// Watches one connection by what was heard from it. With the defaults a dead one is noticed within 30 s of its last
/// octet: up to one interval until the next look, one interval of silence, and the ping's time-out.
class liveness_watch {
public:
  liveness_watch(liveness_settings settings, steady_time now) : settings_(settings), quiet_since_(now) {}

  struct step {
    bool ping = false;
    bool dead = false;
    std::chrono::nanoseconds next{}; ///< until the next look
  };

  /// Looks at the connection. `heard` rises with everything received. While it is paused its clock stands still,
  /// because an answer could not be seen.
  step look(steady_time now, std::uint64_t heard, bool paused);

private:
  liveness_settings settings_;
  steady_time quiet_since_;
  std::uint64_t heard_ = 0;
  std::optional<steady_time> pinged_;
};

} // namespace floorwalker
