#include "simulator/daily_rhythm.hpp"

#include <array>

namespace floorwalker::simulator {

namespace {

// A centre with a small night shift, two peaks and a lunch that is taken in turns. One entry an hour.
constexpr std::array<double, 24> pace_of_hour = {0.10, 0.08, 0.06, 0.06, 0.08, 0.15, 0.30, 0.55,
                                                 0.85, 1.00, 1.00, 0.95, 0.75, 0.80, 0.95, 1.00,
                                                 0.95, 0.85, 0.65, 0.50, 0.40, 0.30, 0.20, 0.14};
constexpr std::array<double, 24> breaks_of_hour = {1.0, 1.0, 1.5, 2.0, 1.0, 0.8, 0.6, 0.6, 0.7, 0.8, 1.2, 1.5,
                                                   3.0, 2.5, 1.0, 1.0, 1.4, 1.0, 0.8, 1.0, 1.2, 1.0, 1.0, 1.0};

double between(const std::array<double, 24>& table, double hour) {
  auto low = static_cast<std::size_t>(hour) % 24;
  auto part = hour - static_cast<double>(static_cast<std::size_t>(hour));
  return table[low] * (1 - part) + table[(low + 1) % 24] * part;
}

} // namespace

rhythm rhythm_at(instant now, std::chrono::seconds day_length) {
  auto day = std::chrono::nanoseconds{day_length}.count();
  auto hour = static_cast<double>(now.time_since_epoch().count() % day) / static_cast<double>(day) * 24.0;
  return {between(pace_of_hour, hour), between(breaks_of_hour, hour)};
}

} // namespace floorwalker::simulator
