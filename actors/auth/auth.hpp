// Keeps one tenant's token fresh.
#pragma once

#include "actors/auth/token_endpoint.hpp"
#include "messages/settings.hpp"

#include <caf/fwd.hpp>

#include <cstdint>
#include <memory>

namespace floorwalker {

struct auth_peers {
  tenant_actor tenant; ///< gets every new token, and reports
};

/// Starts the auth actor; its first request goes out at once. `seed` is for jitter.
auth_actor spawn_auth(caf::actor_system& system, const tenant_settings& settings,
                      std::shared_ptr<token_endpoint> endpoint, auth_peers peers, std::uint64_t seed);

} // namespace floorwalker
