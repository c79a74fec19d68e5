#include "actors/alerts/alert_book.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace floorwalker {
namespace {

constexpr std::chrono::minutes step_back_max{1};

} // namespace

utc_time alert_book::due(const entry& of) {
  if (of.alert.state == alert_state::pending) return of.alert.since + of.wait_for;
  return of.ended_at ? *of.ended_at + of.keep_firing_for : utc_time::max();
}

std::size_t alert_book::count_of(std::string_view kind) const {
  return static_cast<std::size_t>(
      std::ranges::count_if(entries_, [&](const auto& each) { return each.first.first == kind; }));
}

bool alert_book::holds(alert_condition condition, utc_time at) {
  settle(at);
  identity name{condition.kind, condition.labels};
  auto found = entries_.find(name);
  if (found == entries_.end()) {
    if (count_of(condition.kind) >= kind_max) return false;
    entry fresh;
    fresh.alert.id =
        fmt::format("{}-{}-{}", condition.kind,
                    std::chrono::floor<std::chrono::milliseconds>(at.time_since_epoch()).count(), ++number_);
    fresh.alert.kind = std::move(condition.kind);
    fresh.alert.state = alert_state::pending;
    fresh.alert.labels = std::move(condition.labels);
    fresh.alert.since = at;
    fresh.alert.value = condition.value;
    fresh.alert.sentence = std::move(condition.sentence);
    fresh.alert.advice = std::move(condition.advice);
    fresh.wait_for = condition.wait_for;
    fresh.keep_firing_for = condition.keep_firing_for;
    fresh.told_at = at;
    auto& stands = entries_.emplace(std::move(name), std::move(fresh)).first->second;
    if (stands.wait_for <= std::chrono::nanoseconds::zero())
      fire(stands, at);
    else
      changes_.push_back({stands.alert});
    next_due_ = std::min(next_due_, due(stands));
    return true;
  }
  auto& stands = found->second;
  stands.ended_at.reset();
  if (stands.alert.value != condition.value || stands.alert.sentence != condition.sentence) {
    stands.alert.value = condition.value;
    stands.alert.sentence = std::move(condition.sentence);
    stands.alert.advice = std::move(condition.advice);
    stands.untold = true;
  }
  stands.wait_for = condition.wait_for;
  stands.keep_firing_for = condition.keep_firing_for;
  settle(found, at, at);
  return true;
}

void alert_book::set_times(std::string_view kind, std::chrono::nanoseconds wait_for,
                           std::chrono::nanoseconds keep_firing_for, utc_time at) {
  settle(at);
  for (auto each = entries_.begin(); each != entries_.end();) {
    if (each->first.first != kind) {
      ++each;
      continue;
    }
    each->second.wait_for = wait_for;
    each->second.keep_firing_for = keep_firing_for;
    each = settle(each, at, at);
  }
}

void alert_book::fire(entry& of, utc_time at) {
  of.alert.state = alert_state::firing;
  of.alert.firing_since = at;
  of.told_at = at;
  of.untold = false;
  changes_.push_back({of.alert, true});
}

void alert_book::resolve(entry& of, utc_time at) {
  of.alert.state = alert_state::resolved;
  of.alert.resolved_at = at;
  changes_.push_back({of.alert});
}

void alert_book::ends(std::string_view kind, const alert_labels& labels, utc_time at) {
  settle(at);
  if (auto found = entries_.find({std::string{kind}, labels}); found != entries_.end()) end(found, at);
}

void alert_book::end_all(std::string_view kind, utc_time at) {
  settle(at);
  for (auto each = entries_.begin(); each != entries_.end();)
    each = each->first.first == kind ? end(each, at) : std::next(each);
}

alert_book::table::iterator alert_book::end(table::iterator at, utc_time time) {
  auto& stands = at->second;
  if (stands.alert.state == alert_state::firing && stands.keep_firing_for > std::chrono::nanoseconds::zero()) {
    if (!stands.ended_at) stands.ended_at = time;
    next_due_ = std::min(next_due_, due(stands));
    return std::next(at);
  }
  resolve(stands, time);
  return entries_.erase(at);
}

void alert_book::advance(utc_time at) {
  follow_clock(at);
  settle(at);
}

void alert_book::settle(utc_time at) {
  if (at < next_due_) return;
  next_due_ = utc_time::max();
  for (auto each = entries_.begin(); each != entries_.end();) each = settle(each, at, utc_time::min());
}

/// What is due by `at` happens at the instant when it was due, yet not before `earliest`. Returns the entry after it.
alert_book::table::iterator alert_book::settle(table::iterator of, utc_time at, utc_time earliest) {
  auto& stands = of->second;
  auto due_at = due(stands);
  if (due_at > at) {
    next_due_ = std::min(next_due_, due_at);
    return std::next(of);
  }
  if (stands.alert.state == alert_state::pending) {
    fire(stands, std::max(due_at, earliest));
    return std::next(of);
  }
  resolve(stands, std::max(due_at, earliest));
  return entries_.erase(of);
}

void alert_book::follow_clock(utc_time at) {
  if (newest_ && *newest_ - at > step_back_max) {
    for (auto& [name, stands] : entries_) {
      stands.alert.since = std::min(stands.alert.since, at);
      if (stands.alert.firing_since) stands.alert.firing_since = std::min(*stands.alert.firing_since, at);
      if (stands.ended_at) stands.ended_at = std::min(*stands.ended_at, at);
      stands.told_at = std::min(stands.told_at, at);
    }
    next_due_ = at;
    newest_ = at;
  }
  newest_ = newest_ ? std::max(*newest_, at) : at;
}

void alert_book::retell(utc_time at) {
  for (auto& [name, stands] : entries_) {
    if (!stands.untold || at - stands.told_at < retell_interval) continue;
    stands.untold = false;
    stands.told_at = at;
    changes_.push_back({stands.alert});
  }
}

std::vector<alert_status> alert_book::standing() const {
  std::vector<alert_status> all;
  all.reserve(entries_.size());
  for (const auto& [name, stands] : entries_) all.push_back(stands.alert);
  return all;
}

} // namespace floorwalker
