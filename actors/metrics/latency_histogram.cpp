#include "actors/metrics/latency_histogram.hpp"

#include <algorithm>
#include <cmath>

namespace floorwalker {

void latency_histogram::merge(const latency_histogram& other) {
  for (std::size_t i = 0; i < steps; ++i) steps_[i] += other.steps_[i];
  count_ += other.count_;
  max_ = std::max(max_, other.max_);
}

std::uint64_t latency_histogram::middle_of(std::size_t step) {
  if (step < exact) return step;
  auto shift = step / half - 1;
  auto lowest = (step - shift * half) << shift;
  return lowest + (std::uint64_t{1} << shift) / 2;
}

std::int64_t latency_histogram::percentile_ms(double percent) const {
  if (count_ == 0) return 0;
  auto share = std::clamp(percent, 0.0, 100.0) / 100.0;
  auto rank = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(count_))));
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < steps; ++i) {
    seen += steps_[i];
    // The middle of a step may lie above every value in it; the last step has no upper end at all.
    if (seen >= rank) return i == steps - 1 ? max_ms() : static_cast<std::int64_t>(std::min(middle_of(i), max_));
  }
  return max_ms();
}

} // namespace floorwalker
