// What a sink does about writes that fail. Pure: time is counted, not read.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace floorwalker {

/// After a failed write: wait this long, and perhaps say so.
struct retry_step {
  std::chrono::seconds delay;
  bool log;
};

/// Tries for ever: after 1 s, then twice as long each time, at most 30 s. So a receiver that stays away gets one attempt
/// each 30 s, which is the probe that finds out when it is back. The first failure of a run is logged, and from then on
/// one a minute.
class write_retry {
public:
  /// A write failed; the receiver may have said how long to leave it alone (at most an hour is believed).
  retry_step failed(std::optional<std::chrono::seconds> retry_after = {});

  /// The write succeeded. Gives the failures of the run that has ended, 0 if there was none.
  std::uint64_t succeeded();

  /// The next wait is a short one again; the run goes on.
  void hurry() { next_ = shortest; }

  std::uint64_t failures() const { return failures_; } ///< of this run
  std::uint64_t failures_ever() const { return failures_ever_; }

private:
  static constexpr std::chrono::seconds shortest{1};
  static constexpr std::chrono::seconds longest{30};
  static constexpr std::chrono::seconds log_interval{60};

  std::chrono::seconds next_ = shortest;
  std::chrono::seconds since_log_{0};
  std::uint64_t failures_ = 0;
  std::uint64_t failures_ever_ = 0;
};

} // namespace floorwalker
