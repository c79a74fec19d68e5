// The thread that reads trails for whoever follows them.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace floorwalker {

/// Does reads one after the other, in the order in which they were asked for. One serves all trails of a process: reads
/// are short. Callable from any thread.
class trail_reading {
public:
  /// More reads than `reads_max` that wait at once are refused.
  explicit trail_reading(std::size_t reads_max = 4096);
  ~trail_reading();
  trail_reading(const trail_reading&) = delete;
  trail_reading& operator=(const trail_reading&) = delete;

  /// Does `read` on the thread; false: too many wait. After stop() it is never done.
  bool post(std::function<void()> read);

  /// Ends after the read under way; those that wait are dropped. False: the disk has not given it within `patience`,
  /// and the thread still runs. May be repeated.
  bool stop(std::chrono::milliseconds patience);

private:
  void run();

  std::size_t reads_max_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::condition_variable ended_changed_;
  std::deque<std::function<void()>> reads_; ///< guarded by mutex_
  bool stopping_ = false;                   ///< guarded by mutex_
  bool ended_ = false;                      ///< guarded by mutex_
  std::thread thread_;
};

} // namespace floorwalker
