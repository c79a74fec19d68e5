// How latencies are spread, in fixed memory. Pure: no CAF, no I/O.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace floorwalker {

/// Counts latencies in whole milliseconds: exactly below 128 ms, above that in 64 steps to each doubling, so that a
/// percentile is at most 0.8 % off. Negative latencies count as 0, those beyond some twelve days into the last step.
class latency_histogram {
public:
  void record(std::int64_t latency_ms) {
    auto value = latency_ms < 0 ? std::uint64_t{0} : static_cast<std::uint64_t>(latency_ms);
    ++steps_[step_of(value)];
    ++count_;
    if (value > max_) max_ = value;
  }

  void merge(const latency_histogram& other);

  std::uint64_t count() const { return count_; }
  std::int64_t max_ms() const { return static_cast<std::int64_t>(max_); } ///< exact; 0 before the first

  /// The latency that `percent` (0 to 100) of the events do not exceed; 0 before the first.
  std::int64_t percentile_ms(double percent) const;

private:
  static constexpr unsigned exact_bits = 7; ///< below 2^7 a step is one millisecond wide
  static constexpr unsigned top_bits = 30;  ///< 2^30 ms are 12.4 days
  static constexpr std::uint64_t exact = std::uint64_t{1} << exact_bits;
  static constexpr std::uint64_t half = exact / 2; ///< steps to each doubling
  static constexpr std::size_t steps = exact + (top_bits - exact_bits) * half;

  static std::size_t step_of(std::uint64_t value) {
    if (value < exact) return static_cast<std::size_t>(value);
    auto shift = static_cast<unsigned>(std::bit_width(value)) - exact_bits;
    auto step = shift * half + (value >> shift);
    return step < steps ? static_cast<std::size_t>(step) : steps - 1;
  }
  static std::uint64_t middle_of(std::size_t step);

  std::array<std::uint64_t, steps> steps_{};
  std::uint64_t count_ = 0;
  std::uint64_t max_ = 0;
};

} // namespace floorwalker
