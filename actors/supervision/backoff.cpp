#include "actors/supervision/backoff.hpp"

#include <algorithm>

namespace floorwalker {

std::chrono::nanoseconds backoff(const reconnect_settings& policy, std::uint32_t retry, double chance) {
  auto delay = std::min(policy.base_delay, policy.max_delay);
  // Doubling stops at the cap, so no retry number can overflow the count.
  for (std::uint32_t i = 1; i < retry && delay < policy.max_delay; ++i)
    delay = delay > policy.max_delay / 2 ? policy.max_delay : delay * 2;
  auto extra = static_cast<double>(delay.count()) * policy.jitter * chance;
  return delay + std::chrono::nanoseconds{static_cast<std::int64_t>(extra)};
}

double chance_source::next() {
  state_ += 0x9e3779b97f4a7c15U;
  auto x = state_;
  x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27U)) * 0x94d049bb133111ebU;
  x ^= x >> 31U;
  return static_cast<double>(x >> 11U) * 0x1.0p-53;
}

} // namespace floorwalker
