// Latencies as Prometheus counts them. Pure.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace floorwalker {

/// A histogram with fixed bounds, in milliseconds. A negative latency counts as 0.
struct latency_buckets {
  static constexpr std::array<std::int64_t, 12> bounds{5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10'000, 60'000};

  void add(std::int64_t latency_ms) {
    auto value = latency_ms < 0 ? std::int64_t{0} : latency_ms;
    std::size_t bucket = 0;
    while (bucket < bounds.size() && value > bounds[bucket]) ++bucket;
    ++counts[bucket];
    sum_ms += static_cast<std::uint64_t>(value);
  }

  std::array<std::uint64_t, bounds.size() + 1> counts{}; ///< each on its own; the last is beyond every bound
  std::uint64_t sum_ms = 0;
};

} // namespace floorwalker
