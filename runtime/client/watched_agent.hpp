// One agent's row as a node tells it, and how people read it. Pure.
#pragma once

#include "messages/time.hpp"

#include <boost/json/object.hpp>

#include <optional>
#include <string>

namespace floorwalker {

/// The texts come from outside: they have to be made printable where they are shown.
struct watched_agent {
  std::string id;
  std::string name;
  std::string team;
  std::string state;    ///< the last verified one; empty: unknown
  std::string observed; ///< the last that the platform reported; empty: none
  std::string reason;
  std::string tenant;
  std::optional<utc_time> since; ///< in the state since
  std::optional<utc_time> last_updated;
  bool verified = false;
  bool stale = true;
};

/// From the record "agent status" (docs/interfaces.md); nothing without an id. Members that are missing are unknown.
std::optional<watched_agent> read_watched_agent(const boost::json::object& status);

/// The name, or the id where there is none.
const std::string& shown_name(const watched_agent& agent);

/// What is known of the state: the verified one, else what the platform says.
const std::string& shown_state(const watched_agent& agent);

/// Since when the agent is in its state; a lower bound if `since` is unknown. Nothing before the first event.
std::optional<utc_time> in_state_from(const watched_agent& agent);

/// "12 min 5 s", "≥ 2 h 3 min" where only a lower bound is known, "-" of nothing. Clocks that disagree count as 0.
std::string time_in_state_text(const watched_agent& agent, utc_time now);

/// The platform reports another state than the verified one.
bool contradicts_platform(const watched_agent& agent);

/// What a person has to know about the row: "stale", "unverified: the platform says break", both or nothing.
std::string remarks_on(const watched_agent& agent);

} // namespace floorwalker
