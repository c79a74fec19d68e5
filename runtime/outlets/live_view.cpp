#include "runtime/outlets/live_view.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace floorwalker {
namespace {

constexpr std::chrono::milliseconds frame_interval{250};

/// Lines below the picture where the log scrolls.
constexpr std::size_t log_lines = 4;
constexpr std::size_t tallest_picture = 26;

/// A reader who stopped reading finds this much when he comes back, and the older half of it is given up for newer lines.
constexpr std::size_t most_unwritten = 65'536;

struct terminal_size {
  std::size_t columns = 80;
  std::size_t rows = 24;
};

terminal_size size_of_terminal(int descriptor) {
  winsize size{};
  if (::ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0) return {};
  return {size.ws_col, size.ws_row};
}

std::size_t picture_height(const terminal_size& terminal) {
  auto room = terminal.rows > log_lines + 1 ? terminal.rows - log_lines : terminal.rows - 1;
  return std::min(room, tallest_picture);
}

std::string local_time_of_day(utc_time at) {
  auto milliseconds = std::chrono::floor<std::chrono::milliseconds>(at).time_since_epoch().count();
  auto fraction = (milliseconds % 1000 + 1000) % 1000;
  auto seconds = static_cast<std::time_t>((milliseconds - fraction) / 1000);
  std::tm parts{};
  ::localtime_r(&seconds, &parts);
  return fmt::format("{:02}:{:02}:{:02}.{:03}", parts.tm_hour, parts.tm_min, parts.tm_sec, fraction);
}

template <class Function>
void for_each_transition(const delivery_group& group, Function function) {
  for (auto& taken : group) {
    auto& records = taken.batch->drafts->records;
    for (std::size_t i = 0; i < records.size(); ++i)
      if (records[i].kind == record_kind::transition) function(*taken.batch, i);
  }
}

std::int64_t second_of(utc_time at) { return std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count(); }

/// Every live view with a screen.
struct drawn_screens {
  std::mutex changing;
  std::vector<live_view*> views;
};

drawn_screens& screens() {
  static drawn_screens all;
  return all;
}

/// Ends what draw_frame began: CAN first, since a frame may have been cut within a control sequence (ECMA-48, 8.3.6).
std::string farewell(std::size_t rows) { return fmt::format("\x18\x1b[r\x1b[{};1H\n", rows); }

bool is_set(const char* variable) {
  auto* value = std::getenv(variable);
  return value && *value != '\0';
}

} // namespace

live_options live_options_for(bool every_line, int descriptor) {
  live_options options{live_form::lines, false, descriptor};
  if (every_line) return options;
  auto ansi = ::isatty(descriptor) == 1 && is_set("TERM") && std::string_view{std::getenv("TERM")} != "dumb";
  options.form = ansi ? live_form::screen : live_form::sampled_lines;
  options.color = ansi && !is_set("NO_COLOR");
  return options;
}

unblocked_terminal::unblocked_terminal(int descriptor, bool wanted) : given_{descriptor} {
  std::array<char, 256> name{};
  if (wanted && ::ttyname_r(descriptor, name.data(), name.size()) == 0)
    own_ = ::open(name.data(), O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
}

unblocked_terminal::~unblocked_terminal() {
  if (own_ >= 0) ::close(own_);
}

live_view::live_view(live_options options, std::shared_ptr<const wall_clock> clock)
    : options_{options},
      clock_{std::move(clock)},
      terminal_{options.descriptor, options.form == live_form::screen},
      out_{terminal_.descriptor(), interruption_},
      thread_{{[this](auto number, auto& group) { return take(number, group); },
               options.form == live_form::lines ? std::function<void()>{} : [this] { refresh(); }, frame_interval}} {
  if (options_.form != live_form::screen) return;
  std::lock_guard lock{screens().changing};
  screens().views.push_back(this);
}

live_view::~live_view() {
  if (options_.form == live_form::screen) {
    std::lock_guard lock{screens().changing};
    std::erase(screens().views, this);
  }
  interruption_.raise();
  thread_.stop();
  if (options_.form == live_form::screen) leave_screen();
}

void live_view::write_then(std::uint64_t number, delivery_group_ptr group, write_answer done) {
  thread_.post(number, std::move(group), std::move(done));
}

std::string live_view::take(std::uint64_t number, const delivery_group& group) {
  switch (options_.form) {
  case live_form::screen:
    for (auto& taken : group) model_.apply(*taken.batch);
    break;
  case live_form::sampled_lines:
    sample_lines(group);
    break;
  case live_form::lines:
    return write_lines(number, group);
  }
  return {};
}

std::string live_view::write_lines(std::uint64_t number, const delivery_group& group) {
  if (std::exchange(group_, number) != number) // else the group's lines wait already
    for_each_transition(group, [this](auto& batch, auto index) {
      unwritten_ += line_of(transition_of(batch, index), local_time_of_day);
    });
  return out_.write(unwritten_, patience::endless);
}

void live_view::sample_lines(const delivery_group& group) {
  tell_held_back();
  auto second = second_of(clock_->now());
  for_each_transition(group, [this, second](auto& batch, auto index) {
    if (throttle_.admits(second)) unwritten_ += line_of(transition_of(batch, index), local_time_of_day);
  });
  out_.write(unwritten_, patience::none); // what fails now is tried again with the next refresh
}

void live_view::refresh() {
  if (options_.form == live_form::screen) return draw_frame();
  tell_held_back();
  out_.write(unwritten_, patience::none);
}

void live_view::tell_held_back() {
  if (auto held_back = throttle_.take_held_back(second_of(clock_->now())))
    unwritten_ += fmt::format("… {} more\n", held_back);
  if (unwritten_.size() > most_unwritten) unwritten_.erase(0, unwritten_.find('\n', unwritten_.size() / 2) + 1);
}

/// The whole frame is one write, so that log lines come before or after it. The cursor stays where the log goes on.
void live_view::draw_frame() {
  std::lock_guard lock{drawing_};
  if (given_back_) return;
  if (!unwritten_.empty()) { // a terminal that is stopped by Ctrl-S, or a slow line
    out_.write(unwritten_, patience::none);
    return;
  }
  auto terminal = size_of_terminal(options_.descriptor);
  screen_style style{terminal.columns, picture_height(terminal), options_.color, local_time_of_day};
  std::string frame;
  if (!screen_entered_.exchange(true)) {
    frame.append(terminal.rows, '\n'); // what stood on the screen scrolls up instead of being lost
    frame += fmt::format("\x1b[{};1H", style.height + 1);
  }
  frame += fmt::format("\x1b"
                       "7\x1b[{};{}r\x1b[H",
                       style.height + 1, terminal.rows);
  for (auto& line : draw(model_.figures(clock_->now()), style)) frame += line + "\x1b[K\r\n";
  frame += "\x1b"
           "8";
  unwritten_ = std::move(frame);
  out_.write(unwritten_, patience::none);
}

void live_view::leave_screen() {
  if (!screen_entered_ || out_.reader_gone()) return;
  unwritten_.clear();
  draw_frame();
  give_back();
}

void live_view::give_back() noexcept {
  if (given_back_.exchange(true)) return;
  // A frame that is being written takes no time, unless the terminal blocks; then it is not waited for any longer.
  std::unique_lock lock{drawing_, std::defer_lock};
  for (int i = 0; i < 20 && !lock.try_lock(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds{5});
  if (!screen_entered_) return;
  auto text = farewell(size_of_terminal(options_.descriptor).rows);
  write_text(terminal_.descriptor(), text, interruption_, patience::none);
}

void live_view::give_screens_back() noexcept {
  std::unique_lock lock{screens().changing, std::try_to_lock};
  if (!lock) return; // a view is just ending in good order
  for (auto view : screens().views) view->give_back();
}

} // namespace floorwalker
