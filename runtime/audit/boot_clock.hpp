// Time that nobody can set.
#pragma once

#include <chrono>

namespace floorwalker {

/// Since the machine was started, by CLOCK_BOOTTIME: unlike std::chrono::steady_clock it goes on while the machine
/// sleeps, as a wall clock does. Callable from any thread.
std::chrono::nanoseconds time_since_boot();

} // namespace floorwalker
