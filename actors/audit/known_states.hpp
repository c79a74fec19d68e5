// What a trail's records tell of its agents: their states, and who is monitored. Pure: no CAF, no I/O, no clock.
#pragma once

#include "messages/agents.hpp"
#include "messages/journal_records.hpp"
#include "messages/system_metrics.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace floorwalker {

/// The ids that a record of kind monitoring_started or monitoring_interrupted names, given its entry.
std::vector<std::string> named_agents(std::string_view entry);

/// Who is monitored, by slot: an agent that moves to another slot is started there before it is ended here.
class monitored_agents {
public:
  using place = std::pair<std::uint32_t, std::string>; ///< slot and agent's key

  /// Follows a record of kind monitoring_started or monitoring_interrupted, given its entry; others change nothing.
  /// Gives the keys of agents that left because they are no longer to be watched.
  std::vector<std::string> take(record_kind kind, std::string_view entry);

  void add(std::uint32_t slot, const std::string& agent_id);
  const std::map<place, std::string>& places() const { return places_; } ///< with agents' ids
  std::vector<std::string> agent_ids() const;                            ///< each once

private:
  std::map<place, std::string> places_;
};

/// What a record says of its agent's states: the rule that the trail is read by at a start, and that what is shown live
/// follows. Staleness, which the trail does not tell, and names stay. False: it moves nothing (docs/judging.md, rules 4,
/// 6 and 7). `event_time` of a transition that does not parse leaves the times alone.
bool move_agent(agent_status& agent, const record_draft& record, std::string_view text);

/// Moves `agents` as a transition or a reconciliation says (docs/judging.md, rules 4, 6 and 7). What the trail doesn't
/// tell, such as names, stays; what it moves is stale.
void apply_record(known_agents& agents, const std::string& tenant, const record_draft& record, std::string_view text);

/// Adds what one record counts beside the totals of its position. Of what the trail doesn't hold, such as duplicates,
/// nothing is known. `entry` is the record's own text.
void count_record(system_metrics& counts, const record_draft& record, std::string_view entry);

} // namespace floorwalker
