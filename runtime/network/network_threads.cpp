#include "runtime/network/network_threads.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <exception>

namespace floorwalker {

network_threads::network_threads(std::size_t threads) : work_(boost::asio::make_work_guard(context_)) {
  try {
    for (std::size_t i = 0; i < std::max<std::size_t>(threads, 1); ++i) {
      {
        std::lock_guard lock{mutex_};
        ++running_;
      }
      try {
        threads_.emplace_back([this] { run(); });
      } catch (...) {
        std::lock_guard lock{mutex_};
        --running_;
        throw;
      }
    }
  } catch (...) {
    stop({}); // a joinable thread must not be destroyed
    throw;
  }
}

network_threads::~network_threads() { stop({}); }

void network_threads::run() noexcept {
  for (;;) {
    try {
      context_.run();
      break;
    } catch (const std::exception& e) { // sessions contain their own failures, so this is a defect; the others go on
      spdlog::error("A network handler failed: {}", e.what());
    } catch (...) {
      spdlog::error("A network handler failed");
    }
  }
  std::lock_guard lock{mutex_};
  --running_;
  ended_.notify_all();
}

void network_threads::stop(std::chrono::nanoseconds grace) {
  work_.reset();
  {
    std::unique_lock lock{mutex_};
    if (!ended_.wait_for(lock, grace, [this] { return running_ == 0; })) context_.stop();
  }
  for (auto& thread : threads_) thread.join();
  threads_.clear();
}

} // namespace floorwalker
