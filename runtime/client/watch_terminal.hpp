// The terminal while a live table is on it. One at a time in a process.
#pragma once

#include "runtime/outlets/line_writer.hpp"
#include "runtime/outlets/live_view.hpp"

#include <cstddef>
#include <optional>
#include <string>

#include <termios.h>

namespace floorwalker {

/// What is known of the terminal on stdout: none if it is none, or understands no ANSI (TERM is not set or "dumb").
struct terminal_abilities {
  bool screen = false;
  bool color = false; ///< unless NO_COLOR is set
};
terminal_abilities abilities_of_terminal();

/// Takes the terminal on construction: an alternate screen without a cursor, keys one by one and not echoed. Gives it
/// back as it was on destruction, and also when the process dies of a fault of its own (SIGSEGV, SIGABRT and the like).
/// Writing never waits: a terminal that is slow or stopped gets the newest picture when it takes something again.
class watch_terminal {
public:
  watch_terminal();
  ~watch_terminal();
  watch_terminal(const watch_terminal&) = delete;
  watch_terminal& operator=(const watch_terminal&) = delete;

  bool has_keys() const { return has_keys_; } ///< stdin is a terminal too
  std::size_t width() const;
  std::size_t height() const;

  /// True if all that was written before has gone out, so that a new picture may be written.
  bool ready();
  void write(std::string text);
  /// True once nobody can see the terminal any more.
  bool gone() const { return gone_; }

  /// Gives the terminal back for a while (Ctrl-Z), and takes it again.
  void leave();
  void enter();

private:
  unblocked_terminal out_;
  write_interruption interruption_;
  std::string unwritten_;
  bool has_keys_ = false;
  bool entered_ = false;
  bool gone_ = false;
};

} // namespace floorwalker
