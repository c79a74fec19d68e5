// Whose turn it is to change, when events are paced: who has been in a state for long changes first.
#pragma once

#include <cstdint>
#include <optional>
#include <queue>
#include <vector>

namespace floorwalker::simulator {

/// Agents by the floor's own time, in seconds, which has nothing to do with the clock: the pace decides how fast it
/// passes. So breaks last longer than wrap-up at any rate. One thread.
class turn_queue {
public:
  /// The agent changes `after_s` from the floor's present.
  void add(std::uint32_t agent, double after_s) { queue_.push({now_s_ + after_s, agent}); }

  /// Who changes next; the floor's time moves on to that moment. Nobody if the queue is empty.
  std::optional<std::uint32_t> next();

  std::size_t size() const { return queue_.size(); }

private:
  struct turn {
    double due_s;
    std::uint32_t agent;
    /// Earliest first; of equals the lower number, so that the order is a function of the seed.
    bool operator<(const turn& other) const { return due_s != other.due_s ? due_s > other.due_s : agent > other.agent; }
  };
  std::priority_queue<turn> queue_;
  double now_s_ = 0;
};

} // namespace floorwalker::simulator
