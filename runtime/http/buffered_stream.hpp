// What waits for one client of a stream: bounded, written from any thread, sent by its connection.
#pragma once

#include "runtime/http/http_exchange.hpp"

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

namespace floorwalker {

class stream_pacer;

/// The writer's side is answer_stream; the connection's side is used on the HTTP thread only.
class buffered_stream final : public answer_stream, public std::enable_shared_from_this<buffered_stream> {
public:
  /// Has room while fewer than `bytes_max` bytes wait.
  buffered_stream(std::size_t bytes_max, stream_events events, std::shared_ptr<stream_pacer> pacer);

  bool write(shared_text text) override;
  bool has_room() const override;
  std::size_t waiting() const override;
  void close() override;

  /// Whom to call when there is something to send or the stream was closed.
  void attach(std::function<void()> wake);
  /// Appends what waits to `out`, at most `bytes` of it. It counts as waiting until `sent`.
  std::size_t take(std::string& out, std::size_t bytes);
  /// The system has taken so many of the bytes taken from here; tells the owner if there is room again.
  void sent(std::size_t bytes);
  /// Closed, and nothing is left to take.
  bool finished() const;
  /// The connection is over: drops what waits, tells the owner once.
  void end();
  /// Drops the owner without a word: the HTTP thread is gone.
  void abandon();
  /// Wakes the connection.
  void flush();

private:
  mutable std::mutex mutex_;
  std::size_t bytes_max_;
  stream_events events_;
  std::shared_ptr<stream_pacer> pacer_;
  std::function<void()> wake_; ///< HTTP thread only
  std::deque<shared_text> texts_;
  std::size_t front_position_ = 0; ///< bytes of the first text that were taken
  std::size_t waiting_ = 0;
  bool closed_ = false;
  bool wants_room_ = false;
  bool marked_ = false; ///< the pacer will call `flush`
};

} // namespace floorwalker
