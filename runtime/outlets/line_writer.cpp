#include "runtime/outlets/line_writer.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

namespace floorwalker {
namespace {

/// A pipe that poll calls writable takes this much without blocking (PIPE_BUF of Linux), so that a write to a reader
/// who stopped reading can always be interrupted.
constexpr std::size_t stream_step = 4096;

bool is_regular_file(int descriptor) {
  struct stat status {};
  return ::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
}

/// Waits until `descriptor` takes bytes; 0, or the errno that ends the wait.
int wait_for_room(int descriptor, const write_interruption& interruption, patience waits) {
  std::array<pollfd, 2> events{{{descriptor, POLLOUT, 0}, {interruption.descriptor(), POLLIN, 0}}};
  while (::poll(events.data(), events.size(), waits == patience::endless ? -1 : 0) < 0)
    if (errno != EINTR) return errno;
  if (events[0].revents != 0) return 0; // an error shows in the write that follows
  return events[1].revents != 0 ? ECANCELED : EAGAIN;
}

} // namespace

write_interruption::write_interruption() : event_{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)} {
  if (event_ < 0) throw std::system_error{errno, std::generic_category(), "cannot make an event descriptor"};
}

write_interruption::~write_interruption() { ::close(event_); }

void write_interruption::raise() noexcept {
  std::uint64_t one = 1;
  // Fails only if the counter is full, and then it is raised already.
  [[maybe_unused]] auto written = ::write(event_, &one, sizeof one);
}

write_outcome write_text(int descriptor, std::string_view text, const write_interruption& interruption,
                         patience waits) {
  auto file = is_regular_file(descriptor);
  write_outcome outcome;
  while (outcome.written < text.size()) {
    if (!file) {
      outcome.error = wait_for_room(descriptor, interruption, waits);
      if (outcome.error != 0) return outcome;
    }
    auto rest = text.substr(outcome.written);
    if (!file) rest = rest.substr(0, stream_step);
    auto written = ::write(descriptor, rest.data(), rest.size());
    if (written >= 0) {
      outcome.written += static_cast<std::size_t>(written);
    } else if (errno != EINTR && (errno != EAGAIN || waits == patience::none)) {
      outcome.error = errno;
      return outcome;
    }
  }
  return outcome;
}

bool reader_is_gone(int descriptor, int error) {
  if (error == EPIPE || error == EBADF || error == ECONNRESET) return true;
  return error == EIO && !is_regular_file(descriptor); // a terminal that was closed
}

std::string words_for(int error) { return std::generic_category().message(error); }

void group_progress::enter(std::uint64_t group) {
  if (number == group) return;
  number = group;
  delivery = 0;
  offset = 0;
}

void group_progress::next_delivery() {
  ++delivery;
  offset = 0;
}

} // namespace floorwalker
