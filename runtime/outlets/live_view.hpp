// The console sink for people: a screen that is drawn anew, or readable lines.
#pragma once

#include "actors/sinks/outlet.hpp"
#include "actors/wall_clock.hpp"
#include "runtime/outlets/console_outlet.hpp"
#include "runtime/outlets/line_writer.hpp"
#include "runtime/outlets/live_model.hpp"
#include "runtime/outlets/live_screen.hpp"
#include "runtime/outlets/outlet_thread.hpp"

#include <unistd.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

namespace floorwalker {

/// How the transitions are shown.
enum class live_form : std::uint8_t {
  screen,        ///< for a terminal: the upper part is the picture, below it log lines scroll
  sampled_lines, ///< at most 20 lines a second, and how many more there were
  lines          ///< each transition
};

/// What a live view is to be: a screen needs a terminal that understands ANSI (TERM is set and not "dumb"), else lines
/// are sampled; colours unless NO_COLOR is set.
struct live_options {
  live_form form = live_form::sampled_lines;
  bool color = false;
  int descriptor = STDOUT_FILENO;
};

/// Options for view = "live" (`every_line` false) or "lines" on `descriptor`, as environment and terminal say.
live_options live_options_for(bool every_line, int descriptor = STDOUT_FILENO);

/// A terminal opened a second time, so that its writes never block and whoever shares the first descriptor notices
/// nothing of it. The descriptor itself where that can't be done, or isn't `wanted`.
class unblocked_terminal {
public:
  unblocked_terminal(int descriptor, bool wanted);
  ~unblocked_terminal();
  unblocked_terminal(const unblocked_terminal&) = delete;
  unblocked_terminal& operator=(const unblocked_terminal&) = delete;

  int descriptor() const { return own_ >= 0 ? own_ : given_; }

private:
  int given_;
  int own_ = -1;
};

/// The outlet of a console sink with `view = "live"` or `view = "lines"`; it reads the batches of its deliveries.
/// Screen and sampled lines show the present and wait for no reader: Ctrl-S must not stop the monitoring. The screen's
/// last picture is left standing, with the cursor below. With `lines`, each one is written, as JSON lines are.
class live_view : public threaded_outlet {
public:
  live_view(live_options options, std::shared_ptr<const wall_clock> clock);
  ~live_view() override;

  void write_then(std::uint64_t number, delivery_group_ptr group, write_answer done) override;

  /// Gives every screen of this process back to its terminal, for an end that runs no destructors: the scroll region
  /// ends, the cursor goes below the picture, and nothing is drawn any more. Takes 0.1 s at most. Not for a signal
  /// handler, which it would have to wait for.
  static void give_screens_back() noexcept;

private:
  void give_back() noexcept;
  std::string take(std::uint64_t number, const delivery_group& group);
  std::string write_lines(std::uint64_t number, const delivery_group& group);
  void sample_lines(const delivery_group& group);
  void refresh();
  void tell_held_back();
  void draw_frame();
  void leave_screen();

  live_options options_;
  std::shared_ptr<const wall_clock> clock_;
  unblocked_terminal terminal_;
  write_interruption interruption_;
  stream_lines out_;
  live_model model_;
  line_throttle throttle_{20};
  std::string unwritten_; ///< lines, or the rest of a frame
  std::uint64_t group_ = 0;
  std::mutex drawing_; ///< held while something is written to the screen
  std::atomic<bool> given_back_{false};
  std::atomic<bool> screen_entered_{false};
  outlet_thread thread_; ///< last, so that it runs only while the rest exists
};

} // namespace floorwalker
