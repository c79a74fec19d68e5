// Reads the platform's users listing: for agents = "all", and to reconcile states after an interruption.
#pragma once

#include "actors/roster/agent_directory.hpp"
#include "actors/wall_clock.hpp"
#include "messages/settings.hpp"

#include <caf/fwd.hpp>

#include <cstdint>
#include <memory>

namespace floorwalker {

struct roster_peers {
  tenant_actor tenant; ///< gets every complete listing, and hears of refused tokens
};

/// Starts the roster. With agents = "all" it lists as soon as it has a token, and then every `agents-refresh`.
roster_actor spawn_roster(caf::actor_system& system, const tenant_settings& settings,
                          std::shared_ptr<agent_directory> directory, std::shared_ptr<const wall_clock> wall,
                          roster_peers peers, std::uint64_t seed);

} // namespace floorwalker
