// One request's way back to its client: an answer, or a stream of text that goes on. The seam between the HTTP server
// and the routes; tests of routes implement it themselves.
#pragma once

#include "runtime/http/served_answer.hpp"
#include "runtime/http/served_request.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

namespace floorwalker {

/// Text that many streams may send: one copy, however many clients.
using shared_text = std::shared_ptr<const std::string>;

/// The head of a stream. No length, no gzip, never stored by anybody.
struct stream_head {
  std::string content_type = "text/event-stream";
  named_texts headers = {};
};

/// What a stream tells its owner, on the HTTP thread and never from within a call on the stream. They must return soon
/// and must not throw. Both are dropped after `gone`, so they may hold the owner, and the owner the stream.
struct stream_events {
  std::function<void()> room = {}; ///< a write was refused for want of room, and now there is room again
  std::function<void()> gone = {}; ///< once, whoever ended it: no write reaches the client any more
};

/// Writes to one client for as long as it stays. All calls: any thread, none waits.
///
/// What waits for the client is bounded: a stream has room until `stream_bytes` of the server's limits wait; the text
/// that reaches the bound is still taken whole. So a client that reads nothing costs that bound and one text, and is
/// given up when it has taken no byte for `send_time`. Writes within `stream_pace` go out together.
class answer_stream {
public:
  virtual ~answer_stream() = default;

  /// Takes all of `text`, or nothing: false means no room (then `room` is called when there is), closed or gone.
  virtual bool write(shared_text text) = 0;
  /// False also when it is closed or gone. After true the next write is taken, if nobody else writes.
  virtual bool has_room() const = 0;
  /// Bytes taken and not yet given to the system.
  virtual std::size_t waiting() const = 0;
  /// No further writes; what waits is still sent, then the answer ends properly. May be repeated.
  virtual void close() = 0;
};
using answer_stream_ptr = std::shared_ptr<answer_stream>;

/// Exactly one of the two calls, from any thread, at any time until the server's `answer_time` is over (then the client
/// has got a 503 and the call does nothing). Dropped without either, the client gets a 500.
class http_exchange {
public:
  virtual ~http_exchange() = default;

  virtual void respond(served_answer answer) = 0;
  /// Never null. If the client is gone already, `gone` is called soon.
  virtual answer_stream_ptr open_stream(stream_head head, stream_events events) = 0;
};
using http_exchange_ptr = std::shared_ptr<http_exchange>;

/// Answers a route's requests. Called on the HTTP thread, so it must not block: it answers at once, or keeps the exchange
/// and has it answered elsewhere. What it throws becomes a 500 and a line in the log.
using http_handler = std::function<void(served_request request, http_exchange_ptr exchange)>;

} // namespace floorwalker
