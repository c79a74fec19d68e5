#include "runtime/network/system_wall_clock.hpp"

#include <chrono>

namespace floorwalker {

utc_time system_wall_clock::now() const noexcept {
  return std::chrono::time_point_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now());
}

} // namespace floorwalker
