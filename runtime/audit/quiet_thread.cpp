#include "runtime/audit/quiet_thread.hpp"

#include <csignal>
#include <pthread.h>
#include <utility>

namespace floorwalker {

std::thread start_quiet_thread(const char* name, std::function<void()> body) {
  // Blocked here already: a thread inherits the mask, and there is no instant at which it could be interrupted.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  std::thread started{std::move(body)};
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  pthread_setname_np(started.native_handle(), name);
  return started;
}

} // namespace floorwalker
