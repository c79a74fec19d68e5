// The two kinds of time in Floorwalker. No CAF, no clock: who needs "now" gets it as an argument or from a port.
#pragma once

#include <chrono>

namespace floorwalker {

/// An instant of the world (UTC), to the nanosecond: event times and receipt times.
using utc_time = std::chrono::sys_time<std::chrono::nanoseconds>;

/// An instant of the process's own steady clock: delays, deadlines, timers. Virtual in tests.
using steady_time = std::chrono::steady_clock::time_point;

} // namespace floorwalker
