// How a tenant's agents spend the day: counted from the trail's records, for agents, teams and the tenant. What each
// figure means and where its definition is from: docs/figures.md. Pure: no CAF, no I/O, no clock.
#pragma once

#include "actors/hub/agent_course.hpp"
#include "actors/hub/civil_day.hpp"
#include "messages/agents.hpp"
#include "messages/journal_records.hpp"
#include "messages/settings.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace floorwalker {

/// Counts of one agent, or the sums of several. `today` and `window` go by state_code.
struct figures_counts {
  std::vector<tenths> today;
  std::vector<tenths> window;
  tenths unverified_today{0};
  std::uint64_t transitions_today = 0;
  std::uint64_t transitions_window = 0;
  std::size_t agents = 0;

  /// Of the same tenant, at the same time.
  figures_counts& operator+=(const figures_counts& other);
};

/// The longest stretch of today in one state.
struct longest_stretch {
  state_code state = other_code;
  tenths time{0};
};

struct agent_figures {
  figures_counts counts;
  std::optional<longest_stretch> longest;
};

class working_figures {
public:
  /// States beyond so many, of all agents together, are counted as other_code; those of the tenant's matrix come first.
  static constexpr std::size_t states_max = 250;

  working_figures(const tenant_settings& settings, civil_calendar calendar);

  /// Forgets everything. It is `now`, and records from `counted_from` on follow; what was before is not known. The
  /// earliest that is of use is earliest().
  void begin(utc_time now, utc_time counted_from);
  /// The beginning of the day of `now` or of its window, whichever is earlier.
  utc_time earliest(utc_time now) const;

  /// Records behind all that came before.
  void take(const committed_batch& batch);
  /// Time has passed, so another day may have begun.
  void turn(utc_time now);

  const civil_day& day() const { return day_; }
  /// When the window of `now` begins: up to a tenth of it earlier than its length.
  utc_time window_begin(utc_time now) const;

  /// As of `now`, or of the day's end if `now` lies behind it.
  agent_figures of(const agent_status& row, std::string_view key, utc_time now) const;
  /// The sum of no agents, to add to.
  figures_counts nobody() const;
  /// Adds an agent's counts.
  void add(figures_counts& to, const agent_status& row, std::string_view key, utc_time now) const;

  /// Names of the states by state_code; those of the fixed codes are not of the tenant.
  const std::vector<std::string>& states() const { return names_; }
  /// Time in productive states in the time in productive and waiting ones, 0 to 1; none: there was none.
  std::optional<double> occupancy(const std::vector<tenths>& times) const;

  std::size_t agents() const { return courses_.size(); }

private:
  struct text_hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };

  void take_transition(const record_draft& record, std::string_view text);
  void take_reconciliation(const record_draft& record, std::string_view text, std::string_view line);
  void take_monitoring(const record_draft& record, std::string_view line);
  agent_course& course_of(std::string_view id, utc_time at);
  state_code code_of(std::string_view state);
  state_code known_code(std::string_view state) const;
  course_counts read(const agent_status& row, std::string_view key, utc_time now) const;

  civil_calendar calendar_;
  civil_day day_;
  course_frame frame_;
  state_code waiting_from_ = first_state_code;
  std::vector<std::string> names_;
  std::map<std::string, state_code, std::less<>> codes_;
  std::unordered_map<std::string, agent_course, text_hash, std::equal_to<>> courses_; ///< by key
  utc_time counted_from_;
  std::string key_; ///< room for the key that is looked up
};

} // namespace floorwalker
