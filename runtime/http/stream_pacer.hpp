// Gathers what is written to streams, so that many small writes are one system call and one message to the thread.
#pragma once

#include "runtime/http/http_thread_door.hpp"

#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace floorwalker {

class buffered_stream;

/// One for the whole server: the first stream marked starts the time, and when it is over all marked ones are flushed.
class stream_pacer : public std::enable_shared_from_this<stream_pacer> {
public:
  stream_pacer(boost::asio::io_context& context, std::shared_ptr<http_thread_door> door,
               std::chrono::milliseconds pace);

  /// The stream is flushed on the HTTP thread soon. Any thread; never calls the stream at once.
  void mark(std::shared_ptr<buffered_stream> stream);
  /// No more flushes; on the HTTP thread, or when that is over.
  void stop();

private:
  void arm();
  void flush();

  std::shared_ptr<http_thread_door> door_;
  std::chrono::milliseconds pace_;
  std::optional<boost::asio::steady_timer> timer_; ///< gone before its context is; streams may hold us longer
  std::mutex mutex_;
  std::vector<std::shared_ptr<buffered_stream>> marked_;
};

} // namespace floorwalker
