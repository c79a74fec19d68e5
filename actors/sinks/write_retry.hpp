// What a sink does about writes that fail. Pure: time is counted, not read.
#pragma once

#include <chrono>
#include <cstdint>

namespace floorwalker {

/// After a failed write: wait this long, and perhaps say so.
struct retry_step {
  std::chrono::seconds delay;
  bool log;
};

/// Tries for ever: after 1 s, then twice as long each time, at most 30 s. The first failure of a run is logged, and
/// from then on one a minute.
class write_retry {
public:
  retry_step failed();

  /// The write succeeded. Gives the failures of the run that has ended, 0 if there was none.
  std::uint64_t succeeded();

  /// The next wait is a short one again; the run goes on.
  void hurry() { next_ = shortest; }

  std::uint64_t failures() const { return failures_; } ///< of this run

private:
  static constexpr std::chrono::seconds shortest{1};
  static constexpr std::chrono::seconds longest{30};
  static constexpr std::chrono::seconds log_interval{60};

  std::chrono::seconds next_ = shortest;
  std::chrono::seconds since_log_{0};
  std::uint64_t failures_ = 0;
};

} // namespace floorwalker
