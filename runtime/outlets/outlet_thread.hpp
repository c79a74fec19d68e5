// The thread that an outlet writes on.
#pragma once

#include "actors/sinks/outlet.hpp"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace floorwalker {

/// What an outlet does on its thread. `write` gives an empty text, or one clause on what failed.
struct outlet_duties {
  std::function<std::string(std::uint64_t number, const delivery_group& group)> write;
  std::function<void()> refresh; ///< every `refresh_interval`; may be empty
  std::chrono::milliseconds refresh_interval{0};
};

/// Does an outlet's duties one after the other. The thread blocks every signal, so that signals go to the threads that
/// wait for them and a closed pipe is an error of the write.
class outlet_thread {
public:
  explicit outlet_thread(outlet_duties duties);
  ~outlet_thread() { stop(); }
  outlet_thread(const outlet_thread&) = delete;
  outlet_thread& operator=(const outlet_thread&) = delete;

  /// Returns at once; the thread calls `done` with what `write` gave. At most one group is to be outstanding.
  void post(std::uint64_t number, delivery_group_ptr group, std::function<void(std::string problem)> done);

  /// Ends after the duty under way; groups that were not begun are dropped without an answer. May be repeated.
  void stop();

private:
  struct job {
    std::uint64_t number;
    delivery_group_ptr group;
    std::function<void(std::string problem)> done;
  };

  void run();
  bool wait_for_job(std::unique_lock<std::mutex>& lock);
  void perform(job next);

  outlet_duties duties_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<job> jobs_;  ///< guarded by mutex_
  bool stopping_ = false; ///< guarded by mutex_
  std::chrono::steady_clock::time_point next_refresh_;
  std::thread thread_;
};

/// Sends outlet_written to `receiver`, to be given to outlet_thread::post.
std::function<void(std::string problem)> answer_to(sink_actor receiver, std::uint64_t number);

} // namespace floorwalker
