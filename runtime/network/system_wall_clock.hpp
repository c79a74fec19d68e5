// The machine's own clock behind the actors' port.
#pragma once

#include "actors/wall_clock.hpp"

namespace floorwalker {

class system_wall_clock final : public wall_clock {
public:
  utc_time now() const noexcept override;
};

} // namespace floorwalker
