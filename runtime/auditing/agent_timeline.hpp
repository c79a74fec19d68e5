// What the trail tells of one agent, put in relation: how long in each state, and where it is not known. Pure.
#pragma once

#include "messages/time.hpp"
#include "runtime/auditing/entry_filter.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace floorwalker {

/// One thing that the trail tells of the agent.
struct timeline_row {
  record_kind kind = record_kind::transition;
  std::uint64_t sequence = 0;
  utc_time at; ///< the event's own time; of other records when they were made
  utc_time received_at;
  std::string previous; ///< empty where nothing was known
  std::string current;
  std::optional<std::string> reason;
  std::int64_t latency_ms = 0;
  bool valid = false;
  std::uint8_t flags = 0; ///< of transition_flag
  std::string cause;      ///< of records about monitoring
  std::optional<std::uint64_t> close_code;
  std::string close_reason;
  std::optional<utc_time> nothing_after; ///< the last receipt before an interruption
  std::string was_in;                    ///< the state whose time ended here; empty: none that is known
  std::optional<std::chrono::nanoseconds> time_in_it;
  bool time_is_sure = false; ///< nothing is missing within that time
};

struct state_time {
  std::chrono::nanoseconds sum{};
  std::uint64_t times = 0;
};

/// Follows the records about one agent, in the order of the trail.
class agent_timeline {
public:
  /// The row that an entry adds. The entry is about the agent (entry_filter), and was read.
  timeline_row add(const read_entry& entry, std::uint64_t sequence);

  /// By state. Time counts only where nothing is missing within it; the rest is in unsure().
  const std::map<std::string, state_time>& sums() const { return sums_; }
  std::chrono::nanoseconds unsure() const { return unsure_; }

  std::uint64_t transitions() const { return transitions_; }
  std::uint64_t unauthorized() const { return unauthorized_; }
  std::uint64_t gaps() const { return gaps_; }
  std::uint64_t out_of_order() const { return out_of_order_; }
  std::uint64_t interruptions() const { return interruptions_; }
  /// The state that was observed last, and since when where that is known.
  const std::string& state() const { return state_; }
  const std::optional<utc_time>& since() const { return since_; }

private:
  void leave(timeline_row& row, bool is_sure);
  void add_transition(timeline_row& row);
  void add_reconciliation(timeline_row& row);

  std::map<std::string, state_time> sums_;
  std::chrono::nanoseconds unsure_{};
  std::uint64_t transitions_ = 0;
  std::uint64_t unauthorized_ = 0;
  std::uint64_t gaps_ = 0;
  std::uint64_t out_of_order_ = 0;
  std::uint64_t interruptions_ = 0;
  std::string state_;
  std::optional<utc_time> since_;
  bool interrupted_ = false; ///< since since_
};

} // namespace floorwalker
