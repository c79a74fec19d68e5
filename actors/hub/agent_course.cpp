#include "actors/hub/agent_course.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace floorwalker {
namespace {

template <class Number>
void add_up_to_limit(Number& to, std::int64_t more) {
  constexpr std::int64_t most = std::numeric_limits<Number>::max();
  to = static_cast<Number>(std::min(static_cast<std::int64_t>(to) + more, most));
}

} // namespace

static_assert(sizeof(agent_course) <= 304, "docs/figures.md says how much memory an agent takes");

agent_course::agent_course(const course_frame& frame, tenth_time earliest, tenth_time counted_from)
    : begun_{earliest}, step_{static_cast<std::uint32_t>(frame.step_of(earliest))} {
  close(frame, unobserved_code, counted_from);
}

/// A productive or waiting state always finds room: as many slots as are still to come for these are kept free.
std::size_t agent_course::slot_of(const course_frame& frame, state_code code) {
  if (code < fixed_slots) return code;
  auto classed = [&](state_code one) { return one >= first_state_code && one < frame.classed_end; };
  auto first = codes_.begin() + fixed_slots;
  if (auto known = std::find(first, codes_.end(), code); known != codes_.end())
    return static_cast<std::size_t>(known - codes_.begin());
  auto free = std::count(first, codes_.end(), state_code{0});
  auto to_come = (frame.classed_end - first_state_code) - std::count_if(first, codes_.end(), classed);
  if (!classed(code) && free <= to_come) return other_code;
  auto at = std::find(first, codes_.end(), state_code{0});
  *at = code;
  return static_cast<std::size_t>(at - codes_.begin());
}

void agent_course::advance(std::int64_t step) {
  auto newest = std::int64_t{step_};
  if (step <= newest) return;
  for (auto passed = std::max(newest + 1, step - static_cast<std::int64_t>(steps)); passed <= step; ++passed) {
    ring_at(passed).fill(0);
    moves_[static_cast<std::size_t>(passed) % moves_.size()] = 0;
  }
  step_ = static_cast<std::uint32_t>(step);
}

void agent_course::add(const course_frame& frame, std::size_t slot, tenth_time from, tenth_time until) {
  if (auto of_day = std::max(from, frame.day_begin); until > of_day)
    add_up_to_limit(today_[slot], (until - of_day).count());
  advance(frame.step_of(until));
  auto first = std::max(frame.step_of(from), std::int64_t{step_} - static_cast<std::int64_t>(steps));
  for (auto step = first; step <= frame.step_of(until); ++step) {
    auto begin = std::max(from, frame.begin_of(step));
    auto end = std::min(until, frame.begin_of(step + 1));
    add_up_to_limit(ring_at(step)[slot], std::max(end - begin, tenths{0}).count());
  }
}

void agent_course::close(const course_frame& frame, state_code as, tenth_time at) {
  if (at <= begun_) return;
  auto from = std::exchange(begun_, at);
  add(frame, slot_of(frame, as), from, at);
  if (as == unobserved_code) return;
  auto today = std::max(at - std::max(from, frame.day_begin), tenths{0}).count();
  if (as == state_ && !verified_) add_up_to_limit(unverified_, today);
  if (today <= longest_time_) return;
  longest_time_ = static_cast<std::uint32_t>(today);
  longest_ = as;
}

/// The state that there was when counting began is `code`.
void agent_course::tell(const course_frame& frame, state_code code) {
  if (state_ != untold_code) return;
  state_ = code;
  auto untold = std::find(codes_.begin() + fixed_slots, codes_.end(), untold_code);
  if (untold == codes_.end()) return;
  *untold = 0;
  auto from = static_cast<std::size_t>(untold - codes_.begin());
  auto to = slot_of(frame, code);
  if (longest_ == untold_code) longest_ = code;
  if (longest_ == unobserved_code) longest_time_ = 0;
  if (from == to) return;
  today_[to] += std::exchange(today_[from], 0);
  for (auto& step : window_) step[to] = static_cast<std::uint16_t>(step[to] + std::exchange(step[from], 0));
}

void agent_course::count_transition(const course_frame& frame, tenth_time at) {
  if (at >= frame.day_begin) add_up_to_limit(transitions_, 1);
  auto step = frame.step_of(at);
  advance(step);
  if (step + static_cast<std::int64_t>(steps) < step_) return;
  add_up_to_limit(moves_[static_cast<std::size_t>(step) % moves_.size()], 1);
}

void agent_course::move(const course_frame& frame, state_code previous, state_code current, bool gap, bool valid,
                        tenth_time at) {
  tell(frame, gap ? unobserved_code : previous);
  auto as = state_;
  if (!watched_)
    as = unobserved_code;
  else if (state_ != previous) // since it is watched again, nothing else can have happened
    as = presumed_ ? previous : unobserved_code;
  auto goes_on = as == current && state_ == current && verified_ == valid;
  if (!goes_on) close(frame, as, at);
  state_ = current;
  verified_ = valid;
  watched_ = true;
  presumed_ = false;
}

void agent_course::reconcile(const course_frame& frame, state_code previous, state_code current, tenth_time at) {
  tell(frame, previous);
  // Had it changed since it is watched again, an event would have told: what is listed held all that time.
  if (!presumed_) close(frame, unobserved_code, at);
  state_ = current;
  verified_ = watched_ = true;
  presumed_ = false;
}

void agent_course::start(const course_frame& frame, std::uint16_t listener, tenth_time at) {
  auto moves = watched_ && listener_ != any_listener && listener_ != listener;
  listener_ = listener;
  if (moves) return;
  // Also if it counts as watched: then nobody could tell of the end.
  close(frame, unobserved_code, at);
  watched_ = presumed_ = true;
}

void agent_course::interrupt(const course_frame& frame, std::optional<std::uint16_t> listener, tenth_time at) {
  if (!watched_ || (listener && listener_ != any_listener && *listener != listener_)) return;
  close(frame, state_, at);
  watched_ = presumed_ = false;
}

bool agent_course::turn_day(const course_frame& frame) {
  today_.fill(0);
  unverified_ = transitions_ = longest_time_ = 0;
  longest_ = unobserved_code;
  advance(frame.step_of(frame.day_begin));
  auto kept = watched_;
  for (std::size_t slot = other_code; slot < slots; ++slot) {
    auto used = std::ranges::any_of(window_, [slot](const auto& step) { return step[slot] > 0; });
    kept = kept || used;
    if (!used && slot >= fixed_slots) codes_[slot] = 0;
  }
  return kept;
}

course_counts agent_course::read(const course_frame& frame, bool fresh, tenth_time now) const {
  auto of = *this;
  of.close(frame, watched_ && fresh ? state_ : unobserved_code, now);
  of.advance(frame.step_of(now));
  course_counts counts;
  for (std::size_t slot = 0; slot < slots; ++slot) {
    auto& entry = counts.entries[slot];
    entry.code = slot < fixed_slots ? static_cast<state_code>(slot) : of.codes_[slot];
    entry.today = tenths{of.today_[slot]};
    for (const auto& step : of.window_) entry.window += tenths{step[slot]};
  }
  counts.unverified_today = tenths{of.unverified_};
  counts.transitions_today = of.transitions_;
  for (auto moves : of.moves_) counts.transitions_window += moves;
  counts.longest = of.longest_;
  counts.longest_time = tenths{of.longest_time_};
  return counts;
}

} // namespace floorwalker
