// The threads on which sockets live. CAF's scheduler runs the actors; nothing but I/O handlers runs here.
#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace floorwalker {

/// An io_context with its threads. Declare it before the actor system, and end in this order: let the actors end, then
/// `stop`, then destroy the actor system, then this: so no handler can send to an actor that is gone.
class network_threads {
public:
  /// Starts `threads` (at least 1) threads. Throws std::system_error if the system grants none.
  explicit network_threads(std::size_t threads = 1);
  ~network_threads();
  network_threads(const network_threads&) = delete;
  network_threads& operator=(const network_threads&) = delete;

  boost::asio::io_context& context() { return context_; }

  /// Waits until everything under way is finished, but no longer than `grace`, then joins the threads. What is not
  /// finished by then is abandoned. May be repeated; not to be called from one of the threads.
  void stop(std::chrono::nanoseconds grace = std::chrono::seconds{5});

private:
  void run() noexcept;

  boost::asio::io_context context_;
  std::optional<boost::asio::executor_work_guard<boost::asio::io_context::executor_type>> work_;
  std::mutex mutex_;
  std::condition_variable ended_;
  std::size_t running_ = 0;
  std::vector<std::thread> threads_;
};

} // namespace floorwalker
