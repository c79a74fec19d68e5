// One connection of a slot, from its opening to its end: deadlines and liveness.
#pragma once

#include "actors/connection/event_stream.hpp"
#include "messages/settings.hpp"

#include <caf/fwd.hpp>

#include <memory>

namespace floorwalker {

/// TCP, TLS and upgrade together may take so long.
inline constexpr std::chrono::seconds connect_deadline{15};
/// A connection that was told to close is given up after this; the port's own deadlines are shorter.
inline constexpr std::chrono::seconds close_deadline{10};

struct socket_peers {
  slot_actor slot;       ///< gets the reports
  tracker_actor tracker; ///< gets what the connection carries
};

/// Starts a socket actor, which opens its connection at once. It ends by itself when the connection has; if it is
/// killed, it gives the connection up.
socket_actor spawn_socket(caf::actor_system& system, stream_request request, const tenant_settings& settings,
                          std::shared_ptr<event_stream> stream, socket_peers peers);

} // namespace floorwalker
