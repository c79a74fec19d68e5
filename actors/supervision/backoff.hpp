// How long to wait before trying again. Pure: chance comes in as a number.
#pragma once

#include "messages/settings.hpp"

#include <chrono>
#include <cstdint>

namespace floorwalker {

/// The wait before retry `retry` (from 1): min(base · 2^(retry−1), cap), and then up to `jitter` of that more.
/// `chance` lies in [0, 1) and picks the share of the jitter. Never below base nor above cap · (1 + jitter).
std::chrono::nanoseconds backoff(const reconnect_settings& policy, std::uint32_t retry, double chance);

/// A server that says Retry-After is believed up to here.
inline constexpr std::chrono::seconds retry_after_max{3600};

/// A small generator of chances for jitter (splitmix64): the same seed gives the same waits, in every toolchain.
class chance_source {
public:
  explicit chance_source(std::uint64_t seed) : state_(seed) {}
  double next(); ///< in [0, 1)

private:
  std::uint64_t state_;
};

} // namespace floorwalker
