// The port to a platform's event stream: opens connections whose events go straight to a tracker.
#pragma once

#include "messages/actors.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace floorwalker {

/// One connection. Every call returns at once and may come from any thread; after stream_end was sent, calls do nothing.
class event_stream_connection : public observation_source {
public:
  /// Sends a ping of ours; an answer shows in octets_heard().
  virtual void ping() noexcept = 0;

  /// Starts the closing handshake. With `read_to_end`, frames that arrive before the peer's answer are still decoded;
  /// otherwise nothing more is read into batches, and what is pending is handed over first.
  virtual void close(std::uint16_t code, std::string reason, bool read_to_end) noexcept = 0;

  /// Gives the connection up without a handshake. source_ended and stream_end follow as for any end, without delay.
  virtual void drop(std::string why) noexcept = 0;

  /// Rises whenever anything arrives, pongs included.
  virtual std::uint64_t octets_heard() const noexcept = 0;

  /// True while reading is suspended because the tracker owes credit.
  virtual bool paused() const noexcept = 0;
};

using event_stream_connection_ptr = std::shared_ptr<event_stream_connection>;

/// The event stream of one tenant's platform.
class event_stream {
public:
  virtual ~event_stream() = default;

  /// Starts to connect and to subscribe; returns at once.
  /// `socket` gets stream_upgraded, stream_subscribed, stream_carried_event as they happen, and stream_end at last.
  /// `tracker` gets source_opened (right after the acknowledgement, before any batch), the batches, and source_ended
  /// (after the last one, also for a connection that was never opened), each sent before its counterpart to `socket`.
  virtual event_stream_connection_ptr connect(stream_request request, socket_actor socket, tracker_actor tracker) = 0;
};

} // namespace floorwalker
