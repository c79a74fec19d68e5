// What a trail's records tell of its agents' states. Pure: no CAF, no I/O, no clock.
#pragma once

#include "messages/agents.hpp"
#include "messages/journal_records.hpp"
#include "messages/system_metrics.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace floorwalker {

/// The ids that a record of kind monitoring_started or monitoring_interrupted names, given its entry.
std::vector<std::string> named_agents(std::string_view entry);

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
