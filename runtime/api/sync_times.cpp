#include "runtime/api/sync_times.hpp"

#include <cerrno>

namespace floorwalker {

void sync_times::add(std::chrono::nanoseconds took) {
  auto us = std::chrono::duration_cast<std::chrono::microseconds>(took).count();
  std::size_t bucket = 0;
  while (bucket < bounds_us.size() && us > bounds_us[bucket]) ++bucket;
  counts_[bucket].fetch_add(1, std::memory_order_relaxed);
  sum_us_.fetch_add(static_cast<std::uint64_t>(us), std::memory_order_relaxed);
}

sync_times::reading sync_times::read() const {
  reading told;
  for (std::size_t i = 0; i < counts_.size(); ++i) told.counts[i] = counts_[i].load(std::memory_order_relaxed);
  told.sum_us = sum_us_.load(std::memory_order_relaxed);
  return told;
}

int timed_file_system::synchronise_data(int descriptor) {
  auto begin = std::chrono::steady_clock::now();
  auto result = file_system::synchronise_data(descriptor);
  auto error = errno;
  times_->add(std::chrono::steady_clock::now() - begin);
  errno = error;
  return result;
}

} // namespace floorwalker
