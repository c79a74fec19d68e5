// One WebSocket connection to a platform's event stream.
#pragma once

#include "actors/connection/event_stream.hpp"
#include "actors/wall_clock.hpp"
#include "runtime/network/platform_access.hpp"

#include <boost/asio/io_context.hpp>

#include <cstddef>
#include <string>

namespace floorwalker {

/// What the sessions of one tenant have in common. Limits are bytes.
struct stream_settings {
  std::string tenant; ///< for log lines
  platform_access_ptr access;
  std::uint64_t max_frame = 1'048'576; ///< a longer message closes the connection with 1009
  bool compression = false;            ///< offer permessage-deflate (RFC 7692)
};

/// Starts a session: dials, upgrades, subscribes, reads, until its end. It keeps itself alive and holds the actors'
/// handles until then. Context and clock must outlive it. Receipt times are those of the chunk a frame came with.
event_stream_connection_ptr start_stream_session(boost::asio::io_context& context, const stream_settings& settings,
                                                 const wall_clock& clock, stream_request request, socket_actor socket,
                                                 tracker_actor tracker);

} // namespace floorwalker
