// The two kinds of time in Floorwalker. No CAF, no clock: who needs "now" gets it as an argument or from a port.
#pragma once

#include <chrono>
#include <optional>

namespace floorwalker {

/// An instant of the world (UTC), to the nanosecond: event times and receipt times.
using utc_time = std::chrono::sys_time<std::chrono::nanoseconds>;

/// An instant or none in the room of an instant, for rows of which there are many. The first instant there is (in 1677)
/// means none.
class time_or_none {
public:
  constexpr time_or_none() = default;
  constexpr time_or_none(utc_time at) : at_{at} {}
  constexpr time_or_none(const std::optional<utc_time>& at) : at_{at.value_or(none)} {}

  constexpr explicit operator bool() const { return at_ != none; }
  constexpr const utc_time& operator*() const { return at_; }
  constexpr operator std::optional<utc_time>() const { return at_ != none ? std::optional{at_} : std::nullopt; }
  constexpr void reset() { at_ = none; }
  friend constexpr bool operator==(const time_or_none&, const time_or_none&) = default;

private:
  static constexpr utc_time none = utc_time::min();

  utc_time at_ = none;
};

/// An instant of the process's own steady clock: delays, deadlines, timers. Virtual in tests.
using steady_time = std::chrono::steady_clock::time_point;

} // namespace floorwalker
