// Notices when somebody sets the machine's clock. Pure: both clocks are arguments.
#pragma once

#include "messages/time.hpp"

#include <chrono>
#include <optional>
#include <utility>

namespace floorwalker {

/// Compares the world's clock with one that nobody can set.
class clock_watch {
public:
  /// How far the world's clock was set since the last call (negative: back); none if it went on as it should. A clock
  /// that is brought right slowly is not set: up to 0.1 % is let pass, and half a second of whatever else.
  std::optional<std::chrono::nanoseconds> look(utc_time world, std::chrono::nanoseconds steady) {
    auto before = std::exchange(last_, reading{world, steady});
    if (!before) return std::nullopt;
    auto passed = steady - before->steady;
    auto off = (world - before->world) - passed;
    if (std::chrono::abs(off) <= std::chrono::milliseconds{500} + passed / 1000) return std::nullopt;
    return off;
  }

private:
  struct reading {
    utc_time world;
    std::chrono::nanoseconds steady;
  };
  std::optional<reading> last_;
};

} // namespace floorwalker
