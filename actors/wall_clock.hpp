// The port to the world's time. Actors never read a clock themselves: delays come from CAF's clock, instants from here.
#pragma once

#include "messages/time.hpp"

namespace floorwalker {

/// The present instant (UTC). Callable from any thread.
class wall_clock {
public:
  virtual ~wall_clock() = default;
  virtual utc_time now() const noexcept = 0;
};

} // namespace floorwalker
