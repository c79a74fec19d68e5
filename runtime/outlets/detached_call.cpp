#include "runtime/outlets/detached_call.hpp"

#include <poll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <thread>
#include <utility>

namespace floorwalker {

bool call_detached(std::function<void()> call, std::chrono::milliseconds at_most,
                   const write_interruption* interruption) {
  auto ended = std::make_shared<write_interruption>(); // a raised descriptor, here for the end of the call
  std::thread{[call = std::move(call), ended] {
    call();
    ended->raise();
  }}.detach();
  std::array<pollfd, 2> events{
      {{ended->descriptor(), POLLIN, 0}, {interruption ? interruption->descriptor() : -1, POLLIN, 0}}};
  auto until = std::chrono::steady_clock::now() + at_most;
  for (;;) {
    auto left = std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    auto count = ::poll(events.data(), events.size(), static_cast<int>(std::max<std::int64_t>(left.count(), 0)));
    if (count >= 0 || errno != EINTR) break;
  }
  return events[0].revents != 0;
}

} // namespace floorwalker
