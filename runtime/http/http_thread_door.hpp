// The way onto the HTTP thread for those who may outlive it.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <mutex>
#include <utility>

namespace floorwalker {

/// Exchanges and streams are held by actors that may live longer than the server: through the door they reach its
/// thread, and nobody once it is shut. All calls: any thread.
class http_thread_door {
public:
  explicit http_thread_door(boost::asio::io_context& context) : context_(&context) {}

  /// Runs `task` on the HTTP thread soon, or drops it here when the door is shut.
  template <class Task>
  void post(Task task) {
    std::lock_guard lock{mutex_};
    if (context_) boost::asio::post(*context_, std::move(task));
  }
  void shut() {
    std::lock_guard lock{mutex_};
    context_ = nullptr;
  }

private:
  std::mutex mutex_;
  boost::asio::io_context* context_;
};

} // namespace floorwalker
