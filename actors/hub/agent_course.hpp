// How one agent spends the day: time by state, today and in a sliding window, out of what the trail tells. The rules are
// those of docs/figures.md. Pure: no CAF, no I/O, no clock, no allocation.
#pragma once

#include "messages/time.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace floorwalker {

/// Figures count in tenths of a second. An instant is cut to its tenth before anything is subtracted, so that sums are
/// exact.
using tenths = std::chrono::duration<std::int64_t, std::deci>;
using tenth_time = std::chrono::sys_time<tenths>;

/// A state by its number within the tenant.
using state_code = std::uint8_t;
inline constexpr state_code unobserved_code = 0;  ///< nobody watched, or what was seen contradicts itself
inline constexpr state_code other_code = 1;       ///< states that there was no room for
inline constexpr state_code untold_code = 2;      ///< as it was when counting began; the next record tells
inline constexpr state_code first_state_code = 3; ///< the tenant's productive states, its waiting ones, all others

/// What all agents of a tenant are counted by.
struct course_frame {
  tenth_time day_begin;
  tenths step{3600};                         ///< the window moves by it; fits 16 bits
  state_code classed_end = first_state_code; ///< behind the last productive or waiting state

  std::int64_t step_of(tenth_time at) const { return at.time_since_epoch() / step; }
  tenth_time begin_of(std::int64_t number) const { return tenth_time{number * step}; }
};

/// An agent's counts at one instant. The times of `today` are together as long as the day so far, those of the window
/// as long as the window.
struct course_counts {
  struct entry {
    state_code code = unobserved_code;
    tenths today{0};
    tenths window{0};
  };
  static constexpr std::size_t entries_max = 9;

  std::array<entry, entries_max> entries{}; ///< each code once, but for unobserved_code, which marks what is unused
  tenths unverified_today{0};               ///< of the times: in states that were entered by unauthorized transitions
  std::uint32_t transitions_today = 0;
  std::uint32_t transitions_window = 0;
  state_code longest = unobserved_code; ///< the state of today's longest stretch; none: no time in any
  tenths longest_time{0};
};

/// One agent. Instants have to be given as they are known; what contradicts what was counted before is clipped, so no
/// time is ever counted twice or lost.
class agent_course {
public:
  static constexpr std::size_t slots = course_counts::entries_max;
  static constexpr std::size_t steps = 10; ///< of the window, beside the one that runs

  /// Counts from `earliest`. What was before `counted_from` is not known.
  agent_course(const course_frame& frame, tenth_time earliest, tenth_time counted_from);

  /// A transition was judged, whether or not it moves anything.
  void count_transition(const course_frame& frame, tenth_time at);
  /// A transition that moves. `gap`: the engine knew of another state than `previous`.
  void move(const course_frame& frame, state_code previous, state_code current, bool gap, bool valid, tenth_time at);
  /// A listing said another state than the one known, `previous` (unobserved_code: none).
  void reconcile(const course_frame& frame, state_code previous, state_code current, tenth_time at);
  /// A listener watches it from here on.
  void start(const course_frame& frame, std::uint16_t listener, tenth_time at);
  /// No longer. Another listener's end changes nothing; none: whichever it was.
  void interrupt(const course_frame& frame, std::optional<std::uint16_t> listener, tenth_time at);

  /// Another day has begun. False: there is nothing left to keep.
  bool turn_day(const course_frame& frame);

  bool is_untold() const { return state_ == untold_code; }
  /// As of `now`. Time since the last record counts only if the agent's row is `fresh`.
  course_counts read(const course_frame& frame, bool fresh, tenth_time now) const;

private:
  static constexpr std::size_t fixed_slots = 2;
  static constexpr std::uint16_t any_listener = UINT16_MAX;

  std::size_t slot_of(const course_frame& frame, state_code code);
  std::array<std::uint16_t, slots>& ring_at(std::int64_t step) {
    return window_[static_cast<std::size_t>(step) % window_.size()];
  }
  void advance(std::int64_t step);
  void add(const course_frame& frame, std::size_t slot, tenth_time from, tenth_time until);
  void close(const course_frame& frame, state_code as, tenth_time at);
  void tell(const course_frame& frame, state_code code);

  std::array<std::array<std::uint16_t, slots>, steps + 1> window_{}; ///< tenths by step and slot
  std::array<std::uint16_t, steps + 1> moves_{};                     ///< transitions by step
  std::array<std::uint32_t, slots> today_{};                         ///< tenths
  std::array<state_code, slots> codes_{};                            ///< of the slots behind the fixed ones; 0: free
  tenth_time begun_;                                                 ///< everything before is counted
  std::uint32_t step_ = 0;                                           ///< the newest in the window
  std::uint32_t unverified_ = 0;                                     ///< tenths of today
  std::uint32_t transitions_ = 0;                                    ///< of today
  std::uint32_t longest_time_ = 0;                                   ///< tenths
  std::uint16_t listener_ = any_listener;
  state_code longest_ = unobserved_code;
  state_code state_ = untold_code; ///< the last that was reported
  bool watched_ = true;
  bool presumed_ = false; ///< `state_` was known before `begun_`, and nothing since has confirmed it
  bool verified_ = true;
};

} // namespace floorwalker
