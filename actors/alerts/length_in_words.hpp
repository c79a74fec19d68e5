// Lengths of time as sentences of alerts say them. Pure.
#pragma once

#include <fmt/format.h>

#include <chrono>
#include <string>

namespace floorwalker {

/// "5 min", "90 s", "250 ms": the largest unit that leaves no fraction.
inline std::string length_in_words(std::chrono::nanoseconds length) {
  using namespace std::chrono;
  if (length >= 1min && length % 1min == 0ns) return fmt::format("{} min", duration_cast<minutes>(length).count());
  if (length >= 1s && length % 1s == 0ns) return fmt::format("{} s", duration_cast<seconds>(length).count());
  return fmt::format("{} ms", duration_cast<milliseconds>(length).count());
}

} // namespace floorwalker
