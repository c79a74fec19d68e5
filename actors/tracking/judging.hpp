// How a transition is judged: rules 1 to 6 of docs/judging.md for one agent. Pure: no clock, no I/O, no CAF.
#pragma once

#include "actors/tracking/state_names.hpp"
#include "messages/time.hpp"

#include <cstdint>
#include <vector>

namespace floorwalker {

/// Duplicates are looked for among so many of an agent's last judged events.
inline constexpr std::size_t judged_events_remembered = 32;

/// An event with its texts as numbers. The three uses belong to whoever holds it.
struct numbered_event {
  name_number previous = no_name;
  name_number current = no_name;
  name_number reason = no_name; ///< none: absent or null, which differs from ""
  utc_time at;                  ///< the event's own time
};

/// The connection an event came on. `overlaps` is the connection it takes over from while both were open; 0: none.
struct event_origin {
  std::uint64_t connection = 0;
  std::uint64_t overlaps = 0;
  bool held = false; ///< it arrived while the older connection was still open
};

/// What an event turned out to be.
enum class judgement : std::uint8_t { transition, duplicate, handover_copy };

struct verdict {
  judgement what = judgement::transition;
  bool valid = false;     ///< rule 1
  std::uint8_t flags = 0; ///< of transition_flag
  bool moved = false;     ///< rule 6: false only for events out of order
  bool was_stale = false; ///< the agent's row was stale before
};

/// What is known of one agent's states: as large as a line of memory, since there is one for every agent.
struct agent_knowledge {
  name_number state = no_name;    ///< the last verified one
  name_number observed = no_name; ///< the last that the platform reported
  name_number reason = no_name;
  bool verified = false;
  bool stale = true;
  std::uint8_t next_judged = 0; ///< of the ring, once it is full
  time_or_none newest;          ///< of the events that were in order
  time_or_none since;
  time_or_none last_updated;

  /// One remembered event. The connection is kept modulo 256: only neighbours are ever told apart.
  struct judged_event {
    std::int64_t at = 0;
    name_number previous = no_name;
    name_number current = no_name;
    name_number reason = no_name;
    std::uint8_t connection = 0;
    std::uint8_t times : 4 = 0;       ///< how often it came on that connection
    std::uint8_t copies_left : 4 = 0; ///< how often it may come on the next one and still be a copy
  };
  std::vector<judged_event> judged; ///< a ring once it is full

  /// Where the next one is going to be written, if there is memory for it already.
  const judged_event* next_place() const {
    return judged.data() + (judged.size() < judged_events_remembered ? judged.size() : next_judged);
  }
};

static_assert(sizeof(agent_knowledge) == 64);

/// Judges one event and moves the agent. Takes over the event's uses of names for what it keeps; the caller's own uses
/// stay the caller's to release.
verdict judge(agent_knowledge& agent, const numbered_event& event, const event_origin& origin, state_names& names);

/// Rule 7, the end: what a listing said becomes what is known. True if something changed but the staleness.
bool reconcile(agent_knowledge& agent, name_number listed, utc_time listed_at, state_names& names);

/// The agent's names, which are numbers of `from`, become those of `to`.
void renumber(agent_knowledge& agent, state_names& from, state_names& to);

/// Gives back every use of names that the agent holds.
void forget(agent_knowledge& agent, state_names& names);

} // namespace floorwalker
