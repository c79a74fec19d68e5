// Threads that never see a signal, so that signals go to the threads that wait for them.
#pragma once

#include <functional>
#include <thread>

namespace floorwalker {

/// Starts `body` on a thread that blocks every signal, called `name` (15 bytes at most) where threads are listed.
std::thread start_quiet_thread(const char* name, std::function<void()> body);

} // namespace floorwalker
