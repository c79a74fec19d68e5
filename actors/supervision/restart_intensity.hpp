// When a part that crashed may be started again. Pure: time is an argument.
#pragma once

#include "messages/time.hpp"

#include <chrono>
#include <cstddef>
#include <deque>

namespace floorwalker {

/// A limit on restarts: more than `restarts` within `period` means that starting again does not help.
struct restart_limit {
  std::size_t restarts = 3;
  std::chrono::seconds period{60};
};

/// Remembers the restarts of one part and says whether one more is allowed. A restart exactly one period old still
/// counts.
class restart_intensity {
public:
  explicit restart_intensity(restart_limit limit) : limit_(limit) {}

  /// True, and remembers it, if the part may be started again at `now`.
  bool allow(steady_time now);

private:
  restart_limit limit_;
  std::deque<steady_time> recent_; ///< at most limit_.restarts entries
};

} // namespace floorwalker
