#include "actors/alerts/sliding_window.hpp"

#include <algorithm>

namespace floorwalker {

window_counts& window_counts::operator-=(const window_counts& less) {
  events -= less.events;
  unauthorized -= less.unauthorized;
  late -= less.late;
  gaps -= less.gaps;
  return *this;
}

sliding_window::sliding_window(std::chrono::nanoseconds length)
    : width_{std::max(length / parts, std::chrono::nanoseconds{1})} {
  restart(0);
}

std::int64_t sliding_window::part_of(utc_time at) const {
  auto since = at.time_since_epoch();
  auto part = since / width_;
  return since < part * width_ ? part - 1 : part; // division rounds towards 1970
}

std::size_t sliding_window::index_of(std::int64_t part) {
  return static_cast<std::size_t>((part % parts + parts) % parts);
}

void sliding_window::restart(std::int64_t part) {
  counts_.fill({});
  sum_ = {};
  newest_ = part;
  current_ = index_of(part);
  begin_ = utc_time{part * width_};
  end_ = begin_ + width_;
}

utc_time sliding_window::step_towards(utc_time at) {
  if (sum_.events == 0) {
    restart(part_of(at));
    return begin_;
  }
  ++newest_;
  begin_ = end_;
  end_ += width_;
  current_ = index_of(newest_);
  auto& oldest = counts_[current_];
  sum_ -= oldest;
  oldest = {};
  return begin_;
}

void sliding_window::add_earlier(utc_time at, const window_counts& counts) {
  auto part = part_of(at);
  if (newest_ - part >= parts) {
    if (begin_ - at < parts * width_ + std::chrono::minutes{1}) return;
    restart(part);
  }
  counts_[index_of(part)] += counts;
  sum_ += counts;
}

} // namespace floorwalker
