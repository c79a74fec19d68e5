// How busy the floor is at an hour of its day.
#pragma once

#include <chrono>

#include "simulator/instant.hpp"

namespace floorwalker::simulator {

struct rhythm {
  double pace = 1.0;   ///< share of the busiest hour's events, above 0 and up to 1
  double breaks = 1.0; ///< how much more often than usual people go on a break
};

/// The rhythm at `now`, where a day lasts `day_length` (86,400 s: the real day, UTC). Changes without jumps.
rhythm rhythm_at(instant now, std::chrono::seconds day_length);

} // namespace floorwalker::simulator
