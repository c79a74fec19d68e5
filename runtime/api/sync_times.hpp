// How long the disk takes to synchronise the trails, for Prometheus.
#pragma once

#include "runtime/audit/file_system.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace floorwalker {

/// A histogram with fixed bounds. Callable from any thread.
class sync_times {
public:
  static constexpr std::array<std::int64_t, 11> bounds_us{100,    250,    500,     1000,    2500,     5000,
                                                          10'000, 50'000, 100'000, 500'000, 2'000'000};

  void add(std::chrono::nanoseconds took);

  struct reading {
    std::array<std::uint64_t, bounds_us.size() + 1> counts{}; ///< each on its own; the last is beyond every bound
    std::uint64_t sum_us = 0;
  };
  reading read() const;

private:
  std::array<std::atomic<std::uint64_t>, bounds_us.size() + 1> counts_{};
  std::atomic<std::uint64_t> sum_us_{0};
};

/// The system's files, where each synchronisation of data is timed.
class timed_file_system : public file_system {
public:
  explicit timed_file_system(std::shared_ptr<sync_times> times) : times_{std::move(times)} {}
  int synchronise_data(int descriptor) override;

private:
  std::shared_ptr<sync_times> times_;
};

} // namespace floorwalker
