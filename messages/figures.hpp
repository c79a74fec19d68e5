// Numbers as people read them. Pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace floorwalker {

/// "12,345,678".
std::string grouped(std::uint64_t value);

/// "1.5 GB": powers of ten, one decimal from a kilobyte on.
std::string bytes_in_words(std::uint64_t bytes);

/// "97.31 %"; "-" of nothing.
std::string percent_in_words(std::uint64_t part, std::uint64_t whole);

/// The two largest of days, hours, minutes, seconds: "3 h 12 min"; below a second "250 ms". A minus where negative.
std::string duration_in_words(std::chrono::nanoseconds duration);

} // namespace floorwalker
