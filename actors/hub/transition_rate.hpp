// Transitions a second over the last few seconds. Pure.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <numeric>

namespace floorwalker {

class transition_rate {
public:
  static constexpr std::size_t seconds = 5;

  void add(std::uint64_t transitions) { counts_[now_] += transitions; }

  /// A second is over. Gives the mean over the last five, of which those before the first count as nothing.
  double tick() {
    auto sum = std::accumulate(counts_.begin(), counts_.end(), std::uint64_t{0});
    now_ = (now_ + 1) % seconds;
    counts_[now_] = 0;
    return static_cast<double>(sum) / static_cast<double>(seconds);
  }

private:
  std::array<std::uint64_t, seconds> counts_{};
  std::size_t now_ = 0;
};

} // namespace floorwalker
