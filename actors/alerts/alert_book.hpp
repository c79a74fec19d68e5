// The life of a tenant's alerts: pending, firing, resolved. Pure: no CAF, no I/O, no clock.
#pragma once

#include "messages/alert_status.hpp"
#include "messages/time.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace floorwalker {

using alert_labels = std::map<std::string, std::string>;

/// A condition that holds. Kind and labels are its identity: whoever says the same again says it of the same alert.
struct alert_condition {
  std::string kind; ///< of a fixed set
  alert_labels labels;
  std::optional<double> value;
  std::string sentence; ///< what is wrong, with its figures
  std::string advice;   ///< what to do about it
  /// It fires when it has held this long without a break …
  std::chrono::nanoseconds wait_for{0};
  /// … and goes on firing until it has not held for this long.
  std::chrono::nanoseconds keep_firing_for{0};
};

/// What happened to an alert.
struct alert_change {
  alert_status alert; ///< after it
  bool began_firing = false;
};

/// Alerts that are pending or firing. One that fired and is over is told as resolved and forgotten; one that is over
/// before it fired is told the same way, without a time of firing. A condition that holds again afterwards is another
/// alert, with another id.
///
/// Times of what holds and ends are those of records, which may be old. A clock that was set back by more than a minute
/// takes the times of standing alerts with it.
class alert_book {
public:
  /// So many alerts of a kind at a time. What comes on top has to be said again when there is room.
  static constexpr std::size_t kind_max = 500;
  /// A figure that changes while an alert stands is told again, this often at most.
  static constexpr std::chrono::seconds retell_interval{10};

  /// The condition holds at `at`; may be said as often as one likes, and the newest word counts, also on how long it
  /// waits and goes on firing. False: there is no room for another of its kind.
  bool holds(alert_condition condition, utc_time at);
  /// It holds no longer. Nothing happens if it did not.
  void ends(std::string_view kind, const alert_labels& labels, utc_time at);
  /// Alerts of the kind that stand wait and go on firing for so long from now on. What is due by that happens at `at`.
  void set_times(std::string_view kind, std::chrono::nanoseconds wait_for, std::chrono::nanoseconds keep_firing_for,
                 utc_time at);
  /// None of the kind holds any longer.
  void end_all(std::string_view kind, utc_time at);

  /// The clock says `at`: what is due fires or resolves, at the instant when it was due.
  void advance(utc_time at);
  /// Tells figures that have changed. After advance().
  void retell(utc_time at);

  /// Everything since the last call, in order.
  std::vector<alert_change> take_changes() { return std::exchange(changes_, {}); }
  /// What is pending or firing, by kind and labels.
  std::vector<alert_status> standing() const;

private:
  struct entry {
    alert_status alert;
    std::chrono::nanoseconds wait_for{0};
    std::chrono::nanoseconds keep_firing_for{0};
    std::optional<utc_time> ended_at; ///< it fires, and does not hold since then
    utc_time told_at;
    bool untold = false; ///< its figures are others than those told
  };
  using identity = std::pair<std::string, alert_labels>;
  using table = std::map<identity, entry>;

  static utc_time due(const entry& of);
  void fire(entry& of, utc_time at);
  table::iterator end(table::iterator at, utc_time time);
  void resolve(entry& of, utc_time at);
  void follow_clock(utc_time at);
  void settle(utc_time at);
  table::iterator settle(table::iterator of, utc_time at, utc_time earliest);
  std::size_t count_of(std::string_view kind) const;

  table entries_;
  std::vector<alert_change> changes_;
  std::optional<utc_time> newest_; ///< that the clock said
  std::uint64_t number_ = 0;       ///< of the last alert
  utc_time next_due_ = utc_time::max();
};

} // namespace floorwalker
