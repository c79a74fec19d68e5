#include "actors/sinks/write_retry.hpp"

#include <algorithm>
#include <utility>

namespace floorwalker {

retry_step write_retry::failed() {
  auto log = failures_ == 0 || since_log_ >= log_interval;
  if (log) since_log_ = {};
  ++failures_;
  auto delay = std::exchange(next_, std::min(next_ * 2, longest));
  since_log_ += delay;
  return {delay, log};
}

std::uint64_t write_retry::succeeded() {
  next_ = shortest;
  since_log_ = {};
  return std::exchange(failures_, 0);
}

} // namespace floorwalker
