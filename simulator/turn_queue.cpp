#include "simulator/turn_queue.hpp"

namespace floorwalker::simulator {

std::optional<std::uint32_t> turn_queue::next() {
  if (queue_.empty()) return std::nullopt;
  auto first = queue_.top();
  queue_.pop();
  // A turn that was put off may lie in the past.
  if (first.due_s > now_s_) now_s_ = first.due_s;
  return first.agent;
}

} // namespace floorwalker::simulator
