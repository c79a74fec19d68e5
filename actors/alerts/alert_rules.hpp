// When something is wrong enough to say so. Pure: no CAF, no I/O, no clock; time is that of the records.
#pragma once

#include "actors/alerts/sliding_window.hpp"
#include "messages/journal_records.hpp"
#include "messages/settings.hpp"
#include "messages/time.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace floorwalker {

/// An alert in words: its kind (a fixed set), what is wrong, and what to do about it.
struct alert_text {
  std::string_view kind;
  std::string sentence;
  std::string advice;
};

/// Looks at every transition of one tenant (judging rule 9). An alert is raised when its condition begins to hold, and
/// again only after it did not hold for a tenth of the window, so that a rate right at a threshold says so once.
class alert_rules {
public:
  alert_rules(std::string tenant, const alert_settings& settings);

  /// The alerts that began with the records of `batch`, in order.
  std::vector<alert_text> apply(const committed_batch& batch);

  alert_text listener_stopped(std::uint32_t listener, const std::string& cause) const;

  /// A renewal went well (`problem` is empty) or not. A run of failures raises one alert, and one more if it turns out
  /// to be final.
  std::optional<alert_text> renewal(const std::string& problem, bool final);

  /// Records can't be written (`problem` says why), or can again. A run of problems raises one alert. With `damaged`
  /// the trail does not verify.
  std::optional<alert_text> audit(const std::string& problem, bool damaged);

  /// The trail's disk has little room left (`clause` says how little) or enough again. Raises one alert until then.
  std::optional<alert_text> audit_space(const std::string& clause);

  /// True if transitions were unauthorized or late since the last report.
  bool has_report() const { return since_report_.unauthorized + since_report_.late > 0; }

  /// One sentence on them, and counts from zero again.
  std::string take_report();

private:
  enum condition { unauthorized, accuracy, latency, conditions };

  struct edge {
    bool held_before = false;
    utc_time last_held;
  };

  void advance(utc_time at, std::vector<alert_text>& alerts);
  void check(utc_time at, std::vector<alert_text>& alerts);
  bool begins(condition which, bool holds, utc_time at);
  void remember_unauthorized(const committed_batch& batch, const record_draft& record);

  alert_text too_many_unauthorized() const;
  alert_text too_inaccurate() const;
  alert_text too_late() const;

  std::string tenant_;
  alert_settings settings_;
  std::int64_t latency_limit_ms_;
  std::chrono::nanoseconds settled_after_;
  sliding_window window_;
  edge edges_[conditions];

  window_counts since_report_;
  std::int64_t worst_ms_ = 0;     ///< since the report
  std::string last_unauthorized_; ///< agent and both states, as JSON strings: they come from outside
  bool renewal_failing_ = false;
  bool audit_failing_ = false;
  bool audit_space_low_ = false;
};

} // namespace floorwalker
