// Random numbers without a state: each is a hash of what it decides, so a seed gives the same floor with any compiler,
// in any order of generation, and an agent's day does not depend on how fast its neighbour's socket is.
#pragma once

#include <cstdint>

namespace floorwalker::simulator {

/// What a number decides. Part of the hash, so two decisions about one event are independent.
enum class purpose : std::uint64_t {
  identity_high = 1,
  identity_low,
  team_identity,
  first_state,
  next_state,
  unauthorized,
  reason,
  dwell,
  delay,
  malformed,
  malformed_kind,
  duplicate,
  late,
  reordered,
  other_type,
  foreign,
  token,
  fault_time,
  fault_place,
};

/// The finaliser of splitmix64: every bit of the input reaches every bit of the output.
constexpr std::uint64_t scramble(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

/// The number that decides `why` about the `index`-th event of `subject`.
constexpr std::uint64_t draw(std::uint64_t seed, std::uint64_t subject, std::uint64_t index, purpose why) {
  return scramble(scramble(scramble(seed) ^ (subject << 8 | static_cast<std::uint64_t>(why))) ^ index);
}

/// As a share in [0, 1).
constexpr double as_share(std::uint64_t number) { return static_cast<double>(number >> 11) * 0x1p-53; }

} // namespace floorwalker::simulator
