#include "runtime/audit/trail_reading.hpp"

#include "runtime/audit/quiet_thread.hpp"

#include <utility>

namespace floorwalker {

trail_reading::trail_reading(std::size_t reads_max)
    : reads_max_{reads_max}, thread_{start_quiet_thread("trail-reader", [this] { run(); })} {}

bool trail_reading::post(std::function<void()> read) {
  {
    std::lock_guard lock{mutex_};
    if (reads_.size() >= reads_max_) return false;
    if (!stopping_) reads_.push_back(std::move(read));
  }
  changed_.notify_one();
  return true;
}

trail_reading::~trail_reading() {
  while (!stop(std::chrono::hours{1})) {
  }
}

bool trail_reading::stop(std::chrono::milliseconds patience) {
  std::deque<std::function<void()>> dropped; // outside of the lock: they may hold the last handle of an actor
  {
    std::unique_lock lock{mutex_};
    stopping_ = true;
    dropped.swap(reads_);
    changed_.notify_one();
    if (!ended_changed_.wait_for(lock, patience, [this] { return ended_; })) return false;
  }
  if (thread_.joinable()) thread_.join();
  return true;
}

void trail_reading::run() {
  std::unique_lock lock{mutex_};
  for (;;) {
    changed_.wait(lock, [this] { return stopping_ || !reads_.empty(); });
    if (stopping_) break;
    auto read = std::move(reads_.front());
    reads_.pop_front();
    lock.unlock();
    read();
    read = nullptr;
    lock.lock();
  }
  ended_ = true;
  ended_changed_.notify_all();
}

} // namespace floorwalker
