// When something is wrong enough to say so. Pure: no CAF, no I/O, no clock; time is an argument, or that of the records.
#pragma once

#include "actors/alerts/alert_book.hpp"
#include "actors/alerts/sliding_window.hpp"
#include "messages/actors.hpp"
#include "messages/journal_records.hpp"
#include "messages/settings.hpp"
#include "messages/time.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace floorwalker {

/// Says to an alert_book which conditions hold for one tenant (judging rule 9). Those on the sliding window wait and
/// linger as the settings say, so that a rate right at a threshold is one alert; what is reported as a fact fires and
/// resolves at once.
class alert_rules {
public:
  alert_rules(std::string tenant, const alert_settings& settings);

  /// Goes by these settings from now on. What the window counts stays, unless its length is another: then it begins
  /// anew. Events that count as late stay so.
  void adopt(const alert_settings& settings, utc_time at, alert_book& book);

  /// Looks at every transition of the batch, at its own time: how records are batched changes nothing. A gap of an agent
  /// whose row was stale tells nothing new: the interruption in which it lies is on record.
  void apply(const committed_batch& batch, alert_book& book);

  void listener_stopped(std::uint32_t listener, const std::string& cause, utc_time at, alert_book& book) const;
  /// How many listeners are in which condition. While some are planned and none is read, silence neither begins nor
  /// ends: nobody would hear a transition.
  void listeners(const listener_counts& counts, utc_time at, alert_book& book);

  /// A renewal went well (`problem` is empty) or not. `final`: the credentials are rejected for good.
  void renewal(const std::string& problem, bool final, utc_time at, alert_book& book) const;

  /// Whether records can be written, the trail verifies, and its disk has room.
  void audit(const audit_report& report, utc_time at, alert_book& book);

  /// How far one of the tenant's sinks is.
  void sink(const sink_progress& progress, utc_time at, alert_book& book) const;

  /// Time has come to `at`: events leave the window though none comes, and silence, or listeners' absence, may have
  /// lasted too long.
  void advance(utc_time at, alert_book& book);

  /// True if transitions were unauthorized or late since the last report.
  bool has_report() const { return since_report_.unauthorized + since_report_.late > 0; }

  /// One sentence on them, and counts from zero again.
  std::string take_report();

private:
  enum threshold : std::uint8_t { unauthorized, accuracy, latency, gaps, thresholds };

  void move_window(utc_time at, alert_book& book);
  void check(utc_time at, alert_book& book);
  void set(threshold which, bool passed, utc_time at, alert_book& book);
  void look_for_silence(utc_time at, alert_book& book);
  void look_for_lost_listeners(utc_time at, alert_book& book);
  void remember_unauthorized(const committed_batch& batch, const record_draft& record);

  alert_condition passed(threshold which) const;
  alert_condition too_many_unauthorized() const;
  alert_condition too_inaccurate() const;
  alert_condition too_late() const;
  alert_condition too_many_gaps() const;

  std::string tenant_;
  alert_settings settings_;
  std::int64_t latency_limit_ms_;
  sliding_window window_;
  std::array<bool, thresholds> passed_{};
  utc_time heard_; ///< the last transition, or when it became possible to hear one
  bool listening_ = false;
  bool silent_ = false;                              ///< for too long
  std::optional<std::chrono::nanoseconds> lost_for_; ///< no planned listener is subscribed, as of lost_at_
  utc_time lost_at_;
  bool audit_failing_ = false;

  window_counts since_report_;
  std::int64_t worst_ms_ = 0;     ///< since the report
  std::string last_unauthorized_; ///< agent and both states, as JSON strings: they come from outside
};

} // namespace floorwalker
