// Calls into libraries that block for as long as they like, such as those that look up a host's name.
#pragma once

#include "runtime/outlets/line_writer.hpp"

#include <chrono>
#include <functional>

namespace floorwalker {

/// Runs `call` on a thread of its own and waits until it has ended, `at_most` has passed or `interruption` is raised
/// (null: by nobody). False if the wait ended first: the call then goes on alone, so it has to own everything that it
/// touches, and to know what to do with its result. It may not throw. The thread inherits the caller's signal mask.
bool call_detached(std::function<void()> call, std::chrono::milliseconds at_most,
                   const write_interruption* interruption);

} // namespace floorwalker
