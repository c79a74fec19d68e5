// Counts of the recent past, in fixed memory. Pure: time is an argument.
#pragma once

#include "messages/time.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace floorwalker {

/// What the window counts: events, and how many of them were unauthorized, late, or showed a gap.
struct window_counts {
  std::uint64_t events = 0;
  std::uint64_t unauthorized = 0;
  std::uint64_t late = 0;
  std::uint64_t gaps = 0;

  window_counts& operator+=(const window_counts& more) {
    events += more.events;
    unauthorized += more.unauthorized;
    late += more.late;
    gaps += more.gaps;
    return *this;
  }
  window_counts& operator-=(const window_counts& less);
  friend bool operator==(const window_counts&, const window_counts&) = default;
};

/// Sums of the last `length`, kept in 300 parts: what is counted leaves the sum between 299/300 of the length and the
/// full length later. Who adds counts moves the window to their time first.
class sliding_window {
public:
  explicit sliding_window(std::chrono::nanoseconds length);

  /// True if `at` lies in the part that the window stands in, or in an earlier one.
  bool reaches(utc_time at) const { return at < end_; }

  /// Moves on by one part, towards `at`; over a stretch that leaves nothing in the window in one go. Returns the
  /// beginning of the part it stands in then.
  utc_time step_towards(utc_time at);

  /// Adds to the part that `at` lies in; what is older than the window is left out. If `at` is older by a minute and a
  /// whole length more, the clock was set back: the window begins again there.
  void add(utc_time at, const window_counts& counts) {
    if (at < begin_) return add_earlier(at, counts);
    counts_[current_] += counts;
    sum_ += counts;
  }

  const window_counts& sum() const { return sum_; }

private:
  static constexpr std::int64_t parts = 300;

  std::int64_t part_of(utc_time at) const;
  void restart(std::int64_t part);
  void add_earlier(utc_time at, const window_counts& counts);
  static std::size_t index_of(std::int64_t part);

  std::chrono::nanoseconds width_;
  std::int64_t newest_ = 0; ///< the part it stands in, counted from 1970
  std::size_t current_ = 0; ///< its place in counts_
  utc_time begin_;          ///< of that part
  utc_time end_;
  std::array<window_counts, parts> counts_{};
  window_counts sum_;
};

} // namespace floorwalker
