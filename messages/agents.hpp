// Agents as the platform lists them, as a slot watches them, and as users see them. No CAF.
#pragma once

#include "messages/agent_identity.hpp"
#include "messages/time.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace floorwalker {

/// One row of the platform's users listing.
struct listed_agent {
  agent_identity_ptr who; ///< the team's name is empty if the listing has none
  std::optional<std::string> state;
};

/// One complete pass over the listing's pages. Rows are sorted by key.
struct agent_listing {
  utc_time requested_at; ///< before the first page was asked for
  std::vector<listed_agent> agents;
  bool available = true; ///< false: the platform has no listing (404) or forbids it (403), and agents is empty

  const listed_agent* find(std::string_view key) const;
};

using agent_listing_ptr = std::shared_ptr<const agent_listing>;

/// What is known of one agent (the record "agent status" of docs/interfaces.md).
struct agent_status {
  agent_identity_ptr who; ///< null: nobody
  std::string tenant_id;
  std::optional<std::string> state;          ///< the last verified one
  std::optional<std::string> observed_state; ///< the last that the platform reported
  std::optional<std::string> reason;
  std::optional<utc_time> last_updated; ///< the event's own time, or the listing's
  std::optional<utc_time> since;        ///< none: unknown, last_updated is then a lower bound
  bool verified = false;
  bool stale = true;
  bool watched = false; ///< its listener receives its events: the trail's last word on that is MONITORING_STARTED.
                        ///< For snapshots, not for users

  std::string_view agent_id() const { return who ? who->id() : std::string_view{}; }
  std::string_view name() const { return who ? who->name() : std::string_view{}; }
  std::string_view team() const { return who ? who->team() : std::string_view{}; }
};

/// What was known of a tenant's agents when an earlier run ended, by key.
using known_agents = std::map<std::string, agent_status, std::less<>>;
using known_agents_ptr = std::shared_ptr<const known_agents>;

/// The status as one line of JSON.
std::string to_json(const agent_status& status);

} // namespace floorwalker
