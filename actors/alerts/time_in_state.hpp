// Agents that are in a state for too long. Pure: no CAF, no I/O, no clock; time is an argument, or that of the records.
#pragma once

#include "actors/alerts/alert_book.hpp"
#include "actors/audit/monitored_agents.hpp"
#include "messages/agents.hpp"
#include "messages/journal_records.hpp"
#include "messages/settings.hpp"
#include "messages/time.hpp"

#include <chrono>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace floorwalker {

/// Follows the state that the platform reported last, authorized or not: it is where the agent is. The time is that of
/// the event; after a listing it is only known that the agent was there then, so the time counts from there.
///
/// While an agent is not monitored nobody knows whether it moved: no alert begins, and one that fires goes on. Costs
/// memory only for agents in a state that has a limit.
class time_in_state {
public:
  /// After monitoring began the listing may still say otherwise; nothing fires until it has had the time to.
  static constexpr std::chrono::seconds listing_grace{30};
  /// When the book has no room, it is tried again after this long.
  static constexpr std::chrono::seconds retry_interval{30};

  time_in_state(std::string tenant, std::vector<state_limit> limits);

  /// What was known when an earlier run ended: it counts as soon as these agents are monitored again.
  void begin_with(const known_agents& known);

  /// Goes by these limits from now on. `known` tells where agents are that were in a state without a limit until now.
  void adopt(std::vector<state_limit> limits, const known_agents& known, utc_time at, alert_book& book);

  /// Every record that moves an agent, or begins or ends monitoring.
  void apply(const committed_batch& batch, alert_book& book);
  /// A record of kind monitoring_started or monitoring_interrupted, given its entry.
  void apply_monitoring(record_kind kind, std::string_view entry, utc_time at, alert_book& book);

  /// Time has come to `at`: whose limit is over is said to the book, though nobody moved.
  void advance(utc_time at, alert_book& book);

  /// Agents in a state that has a limit.
  std::size_t size() const { return agents_.size(); }

private:
  struct stay {
    std::string id;
    std::string state;
    std::optional<std::string> reason;
    const state_limit* limit = nullptr;
    utc_time since;
    std::optional<utc_time> due =
        {}; ///< it stands in due_ with this; none: it was said, or nobody knows if it is still so
    bool said = false;
  };
  using table = std::unordered_map<std::string, stay>;

  const state_limit* limit_of(std::string_view state, const std::optional<std::string>& reason) const;
  void move(const record_draft& record, std::string_view text, alert_book& book);
  void expect(stay& of, utc_time due);
  void forget_due(stay& of);
  void remove(table::iterator at, utc_time time, alert_book& book);
  alert_condition condition_of(const stay& of, utc_time at) const;

  std::string tenant_;
  std::vector<state_limit> limits_;
  table agents_; ///< by key
  std::set<std::pair<utc_time, stay*>> due_;
  monitored_agents monitored_;
};

} // namespace floorwalker
