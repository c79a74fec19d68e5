#include "actors/sinks/write_retry.hpp"

#include "actors/supervision/backoff.hpp"

#include <algorithm>
#include <utility>

namespace floorwalker {

retry_step write_retry::failed(std::optional<std::chrono::seconds> retry_after) {
  auto log = failures_ == 0 || since_log_ >= log_interval;
  if (log) since_log_ = {};
  ++failures_;
  ++failures_ever_;
  auto delay = std::exchange(next_, std::min(next_ * 2, longest));
  if (retry_after) delay = std::max(delay, std::min(*retry_after, retry_after_max));
  since_log_ += delay;
  return {delay, log};
}

std::uint64_t write_retry::succeeded() {
  next_ = shortest;
  since_log_ = {};
  return std::exchange(failures_, 0);
}

} // namespace floorwalker
