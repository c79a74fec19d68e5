#include "runtime/client/watch_terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <string_view>
#include <utility>

namespace floorwalker {
namespace {

/// Alternate screen, no cursor, cleared.
constexpr std::string_view entering = "\x1b[?1049h\x1b[?25l\x1b[2J\x1b[H";
/// CAN first, since a picture may have been cut within a control sequence (ECMA-48, 8.3.6).
constexpr std::string_view leaving = "\x18\x1b[0m\x1b[?25h\x1b[?1049l";

constexpr std::array faults = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};

/// What a signal handler needs to give the terminal back. Written while no handler is installed.
struct terminal_as_found {
  int descriptor = -1;
  bool has_attributes = false;
  termios attributes{};
};
terminal_as_found found;

/// Calls only what may be called in a signal handler. The fault itself follows by the default action.
void give_back_on_fault(int number) {
  if (::write(found.descriptor, leaving.data(), leaving.size()) < 0) errno = 0; // it dies anyway
  if (found.has_attributes) ::tcsetattr(STDIN_FILENO, TCSANOW, &found.attributes);
  ::raise(number);
}

void handle_faults(void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  for (auto number : faults) ::sigaction(number, &action, nullptr);
}

winsize size_of(int descriptor) {
  winsize size{};
  if (::ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0) {
    size.ws_col = 80;
    size.ws_row = 24;
  }
  return size;
}

} // namespace

terminal_abilities abilities_of_terminal() {
  auto options = live_options_for(false, STDOUT_FILENO);
  return {options.form == live_form::screen, options.color};
}

watch_terminal::watch_terminal() : out_{STDOUT_FILENO, true} {
  found = {};
  found.descriptor = out_.descriptor();
  has_keys_ = ::isatty(STDIN_FILENO) == 1 && ::tcgetattr(STDIN_FILENO, &found.attributes) == 0;
  found.has_attributes = has_keys_;
  handle_faults(give_back_on_fault);
  enter();
}

watch_terminal::~watch_terminal() {
  leave();
  handle_faults(SIG_DFL);
}

std::size_t watch_terminal::width() const { return size_of(out_.descriptor()).ws_col; }

std::size_t watch_terminal::height() const { return size_of(out_.descriptor()).ws_row; }

void watch_terminal::enter() {
  if (std::exchange(entered_, true)) return;
  if (has_keys_) {
    auto raw = found.attributes;
    // Signals stay: Ctrl-C and Ctrl-Z do what they do everywhere. Ctrl-S would only stop the picture.
    raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
    raw.c_iflag &= ~static_cast<tcflag_t>(IXON | ICRNL);
    raw.c_cc[VMIN] = 0;
    raw.c_cc[VTIME] = 0;
    ::tcsetattr(STDIN_FILENO, TCSANOW, &raw);
  }
  unwritten_.clear();
  write(std::string{entering});
}

void watch_terminal::leave() {
  if (!std::exchange(entered_, false)) return;
  unwritten_ = leaving;
  (void)ready();
  if (has_keys_) ::tcsetattr(STDIN_FILENO, TCSANOW, &found.attributes);
}

bool watch_terminal::ready() {
  if (unwritten_.empty()) return true;
  auto [written, error] = write_text(out_.descriptor(), unwritten_, interruption_, patience::none);
  unwritten_.erase(0, written);
  if (error != 0 && error != EAGAIN) gone_ = true;
  return unwritten_.empty();
}

void watch_terminal::write(std::string text) {
  unwritten_ += text;
  (void)ready();
}

} // namespace floorwalker
