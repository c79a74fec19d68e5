// The event stream of a tenant's platform over WebSocket.
#pragma once

#include "actors/connection/event_stream.hpp"
#include "actors/wall_clock.hpp"
#include "runtime/network/network_threads.hpp"
#include "runtime/network/stream_session.hpp"

namespace floorwalker {

/// One tenant's stream, a GET of {base}{paths.stream}. Threads and clock must outlive it and its connections;
/// connections outlive it.
class platform_event_stream final : public event_stream {
public:
  platform_event_stream(network_threads& threads, const wall_clock& clock, platform_access_ptr access,
                        const tenant_settings& tenant);

  event_stream_connection_ptr connect(stream_request request, socket_actor socket, tracker_actor tracker) override;

private:
  network_threads& threads_;
  const wall_clock& clock_;
  stream_settings settings_;
};

} // namespace floorwalker
