// The one source of chance of a simulation: the same seed gives the same run, in every toolchain.
#pragma once

#include <chrono>
#include <cstdint>

namespace floorwalker::simulation {

class random_source {
public:
  explicit random_source(std::uint64_t seed) : state_(seed * 0x9e3779b97f4a7c15U + 1) {}

  std::uint64_t next() {
    state_ += 0x9e3779b97f4a7c15U;
    auto x = state_;
    x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9U;
    x = (x ^ (x >> 27U)) * 0x94d049bb133111ebU;
    return x ^ (x >> 31U);
  }
  /// A number in [0, bound).
  std::uint64_t below(std::uint64_t bound) { return next() % bound; }
  bool chance(double probability) { return static_cast<double>(next() >> 11U) * 0x1.0p-53 < probability; }
  std::chrono::milliseconds between(std::chrono::milliseconds low, std::chrono::milliseconds high) {
    return low + std::chrono::milliseconds{below(static_cast<std::uint64_t>((high - low).count() + 1))};
  }

private:
  std::uint64_t state_;
};

} // namespace floorwalker::simulation
