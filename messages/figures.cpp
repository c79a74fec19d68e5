#include "messages/figures.hpp"

#include <fmt/format.h>

#include <array>
#include <string_view>
#include <utility>

namespace floorwalker {

std::string grouped(std::uint64_t value) {
  auto digits = std::to_string(value);
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3)
    digits.insert(static_cast<std::size_t>(at), 1, ',');
  return digits;
}

std::string bytes_in_words(std::uint64_t bytes) {
  constexpr std::array<std::string_view, 6> units = {"B", "kB", "MB", "GB", "TB", "PB"};
  if (bytes < 1'000) return fmt::format("{} B", bytes);
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; value >= 999.95 && unit + 1 < units.size(); ++unit) value /= 1'000;
  return fmt::format("{:.1f} {}", value, units[unit]);
}

std::string percent_in_words(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) return "-";
  return fmt::format("{:.2f} %", 100.0 * static_cast<double>(part) / static_cast<double>(whole));
}

std::string duration_in_words(std::chrono::nanoseconds duration) {
  using namespace std::chrono;
  if (duration < 0ns) return fmt::format("-{}", duration_in_words(-duration));
  if (duration < 1s) return fmt::format("{} ms", duration_cast<milliseconds>(duration).count());
  auto left = duration_cast<seconds>(duration).count();
  constexpr std::array<std::pair<std::int64_t, std::string_view>, 4> units = {
      {{86'400, "d"}, {3'600, "h"}, {60, "min"}, {1, "s"}}};
  std::string words;
  int told = 0;
  for (const auto& [size, name] : units) {
    if (told == 0 && left < size) continue;
    auto count = left / size;
    left %= size;
    if (count > 0) words += fmt::format("{}{} {}", words.empty() ? "" : " ", count, name);
    if (++told == 2) break;
  }
  return words;
}

} // namespace floorwalker
