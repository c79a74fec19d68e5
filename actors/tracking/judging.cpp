#include "actors/tracking/judging.hpp"

#include "messages/journal_records.hpp"

#include <algorithm>
#include <utility>

namespace floorwalker {
namespace {

constexpr std::uint8_t times_max = 15; // of four bits

void set(name_number& slot, name_number value, state_names& names) {
  names.use(value);
  names.release(std::exchange(slot, value));
}

agent_knowledge::judged_event* find_judged(agent_knowledge& agent, const numbered_event& event) {
  // Nothing remembered is newer than the newest event in order, so a newer event needs no search.
  if (!agent.newest || event.at > *agent.newest) return nullptr;
  auto at = event.at.time_since_epoch().count();
  auto found = std::ranges::find_if(agent.judged, [&](const auto& known) {
    return known.at == at && known.previous == event.previous && known.current == event.current &&
           known.reason == event.reason;
  });
  return found == agent.judged.end() ? nullptr : &*found;
}

/// An event that was judged before: a copy if the older of two overlapping connections brought it, else a duplicate.
judgement repeated(agent_knowledge::judged_event& known, const event_origin& origin) {
  auto connection = static_cast<std::uint8_t>(origin.connection);
  if (known.connection != connection) {
    auto overlapping = origin.overlaps != 0 && known.connection == static_cast<std::uint8_t>(origin.overlaps);
    known.copies_left = overlapping ? known.times : std::uint8_t{0};
    known.connection = connection;
    known.times = 0;
  }
  if (known.times < times_max) ++known.times;
  if (known.copies_left == 0) return judgement::duplicate;
  --known.copies_left;
  return judgement::handover_copy;
}

void remember(agent_knowledge& agent, const numbered_event& event, const event_origin& origin, state_names& names) {
  agent_knowledge::judged_event entry;
  entry.at = event.at.time_since_epoch().count();
  entry.previous = names.use(event.previous);
  entry.current = names.use(event.current);
  entry.reason = names.use(event.reason);
  entry.connection = static_cast<std::uint8_t>(origin.connection);
  entry.times = 1;
  if (agent.judged.size() < judged_events_remembered) {
    agent.judged.push_back(entry);
    return;
  }
  auto& oldest = agent.judged[agent.next_judged];
  names.release(oldest.previous);
  names.release(oldest.current);
  names.release(oldest.reason);
  oldest = entry;
  agent.next_judged = static_cast<std::uint8_t>((agent.next_judged + 1U) % judged_events_remembered);
}

} // namespace

verdict judge(agent_knowledge& agent, const numbered_event& event, const event_origin& origin, state_names& names) {
  verdict result;
  result.was_stale = agent.stale;
  if (auto known = find_judged(agent, event)) {
    result.what = repeated(*known, origin);
    return result;
  }
  result.valid = names.authorized(event.previous, event.current);
  if (origin.held) result.flags |= flag_handover;
  remember(agent, event, origin, names);
  if (agent.newest && event.at < *agent.newest) {
    result.flags |= flag_out_of_order;
    return result;
  }
  if (agent.observed != no_name && agent.observed != event.previous) result.flags |= flag_gap;
  result.moved = true;
  agent.newest = event.at;
  set(agent.observed, event.current, names);
  set(agent.reason, event.reason, names);
  if (result.valid) set(agent.state, event.current, names);
  agent.verified = result.valid;
  agent.stale = false;
  agent.since = event.at;
  agent.last_updated = event.at;
  return result;
}

bool reconcile(agent_knowledge& agent, name_number listed, utc_time listed_at, state_names& names) {
  auto changed = agent.state != listed || agent.observed != listed || !agent.verified;
  set(agent.state, listed, names);
  set(agent.observed, listed, names);
  if (changed) set(agent.reason, no_name, names);
  agent.verified = true;
  agent.stale = false;
  agent.since.reset();
  agent.last_updated = listed_at;
  return changed;
}

void renumber(agent_knowledge& agent, state_names& from, state_names& to) {
  auto move = [&](name_number& name) {
    if (name == no_name) return;
    auto number = to.use(from.text(name));
    from.release(name);
    name = number;
  };
  for (auto& known : agent.judged) {
    move(known.previous);
    move(known.current);
    move(known.reason);
  }
  move(agent.state);
  move(agent.observed);
  move(agent.reason);
}

void forget(agent_knowledge& agent, state_names& names) {
  for (auto& known : agent.judged) {
    names.release(known.previous);
    names.release(known.current);
    names.release(known.reason);
  }
  names.release(agent.state);
  names.release(agent.observed);
  names.release(agent.reason);
  agent = {};
}

} // namespace floorwalker
