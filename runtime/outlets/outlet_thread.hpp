// The thread that an outlet writes on.
#pragma once

#include "actors/sinks/outlet.hpp"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>

namespace floorwalker {

/// What became of a write: the members of outlet_written (messages/actors.hpp).
struct write_result {
  std::string problem;
  std::uint64_t refused = 0;
  std::optional<std::chrono::seconds> retry_after;

  write_result() = default;
  write_result(std::string failed) : problem{std::move(failed)} {} // NOLINT: most writes have no more to say
};

/// Takes what became of a write. Called on the outlet's thread.
using write_answer = std::function<void(write_result)>;

/// What an outlet does on its thread.
struct outlet_duties {
  std::function<write_result(std::uint64_t number, const delivery_group& group)> write;
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
  void post(std::uint64_t number, delivery_group_ptr group, write_answer done);

  /// Ends after the duty under way; groups that were not begun are dropped without an answer. May be repeated.
  void stop();

private:
  struct job {
    std::uint64_t number;
    delivery_group_ptr group;
    write_answer done;
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

/// An outlet that writes on a thread of its own, and answers to a sink or to anybody else.
class threaded_outlet : public outlet {
public:
  void write(std::uint64_t number, delivery_group_ptr group, sink_actor receiver) final;

  /// As `write`, with the answer given to `done`.
  virtual void write_then(std::uint64_t number, delivery_group_ptr group, write_answer done) = 0;
};

} // namespace floorwalker
