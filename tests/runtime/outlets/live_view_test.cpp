#include "runtime/outlets/live_view.hpp"

#include "tests/actors/log_lines.hpp"
#include "tests/actors/virtual_floor.hpp"
#include "tests/runtime/outlets/outlet_samples.hpp"

#include <pty.h>
#include <sys/ioctl.h>
#include <termios.h>

#include <optional>
#include <vector>

namespace floorwalker {
namespace {

using namespace std::chrono_literals;
using testing::committed;
using testing::group_of;
using testing::sample;
using testing::test_pipe;
using testing::write_through;

/// A terminal of 100 columns and 20 rows.
class test_terminal {
public:
  test_terminal() {
    winsize size{20, 100, 0, 0};
    BOOST_REQUIRE(::openpty(&reader_, &view_, nullptr, nullptr, &size) == 0);
  }
  ~test_terminal() {
    ::close(reader_);
    ::close(view_);
  }
  test_terminal(const test_terminal&) = delete;
  test_terminal& operator=(const test_terminal&) = delete;

  int descriptor() const { return view_; }

  /// As Ctrl-S does.
  void stop_output() const { BOOST_REQUIRE(::tcflow(view_, TCOOFF) == 0); }

  std::string read_available() const {
    ::fcntl(reader_, F_SETFL, O_NONBLOCK);
    std::string text;
    std::array<char, 4096> buffer;
    for (ssize_t got; (got = ::read(reader_, buffer.data(), buffer.size())) > 0;)
      text.append(buffer.data(), static_cast<std::size_t>(got));
    return text;
  }

private:
  int reader_ = -1;
  int view_ = -1;
};

/// Sets a variable of the environment, or clears it, for the length of a test.
class environment_variable {
public:
  environment_variable(const char* name, const char* value) : name_{name} {
    if (auto* before = std::getenv(name)) before_ = before;
    set(value);
  }
  ~environment_variable() { set(before_ ? before_->c_str() : nullptr); }
  environment_variable(const environment_variable&) = delete;
  environment_variable& operator=(const environment_variable&) = delete;

private:
  void set(const char* value) const {
    if (value)
      ::setenv(name_, value, 1);
    else
      ::unsetenv(name_);
  }

  const char* name_;
  std::optional<std::string> before_;
};

struct view_fixture {
  std::string take(live_view& view, const committed_batch_ptr& batch) {
    return write_through(view, ++number, group_of(batch));
  }

  std::shared_ptr<testing::virtual_wall_clock> clock = std::make_shared<testing::virtual_wall_clock>();
  std::uint64_t number = 0;
};

std::size_t count_of(const std::string& text, const std::string& piece) {
  std::size_t count = 0;
  for (auto at = text.find(piece); at != std::string::npos; at = text.find(piece, at + 1)) ++count;
  return count;
}

const std::vector<sample> fifty(50);

} // namespace

BOOST_FIXTURE_TEST_SUITE(view, view_fixture)

BOOST_AUTO_TEST_CASE(lines_are_written_for_each_transition) {
  test_pipe pipe;
  live_view view{{live_form::lines, false, pipe.writer()}, clock};
  BOOST_TEST(take(view, committed(fifty)) == "");
  BOOST_TEST(take(view, committed({{.kind = record_kind::monitoring_started}})) == "");
  auto text = pipe.read_available();
  BOOST_TEST(count_of(text, "\n") == 50u);
  BOOST_TEST(count_of(text, " acme a-1 available → busy 100 ms\n") == 50u);
}

BOOST_AUTO_TEST_CASE(lines_that_could_not_be_written_are_written_once_when_it_is_tried_again) {
  auto full = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
  test_pipe pipe;
  live_view view{{live_form::lines, false, full}, clock};
  auto problem = write_through(view, 1, group_of(committed({{}})));
  BOOST_TEST(problem == "cannot write to standard output: No space left on device");
  BOOST_REQUIRE(::dup2(pipe.writer(), full) == full);
  BOOST_TEST(write_through(view, 1, group_of(committed({{}}))) == "");
  BOOST_TEST(count_of(pipe.read_available(), "\n") == 1u);
  ::close(full);
}

BOOST_AUTO_TEST_CASE(sampled_lines_are_twenty_a_second_and_then_how_many_more_there_were) {
  test_pipe pipe;
  live_view view{{live_form::sampled_lines, false, pipe.writer()}, clock};
  take(view, committed(fifty));
  auto first = pipe.read_available();
  BOOST_TEST(count_of(first, "\n") == 20u);
  BOOST_TEST(count_of(first, "more") == 0u);
}

BOOST_AUTO_TEST_CASE(sampled_lines_wait_for_no_reader) {
  test_pipe pipe;
  pipe.fill();
  live_view view{{live_form::sampled_lines, false, pipe.writer()}, clock};
  BOOST_TEST(take(view, committed(fifty)) == "");
}

BOOST_AUTO_TEST_CASE(a_screen_leaves_its_last_picture_and_the_terminal_as_it_was) {
  test_terminal terminal;
  {
    live_view view{{live_form::screen, true, terminal.descriptor()}, clock};
    take(view, committed({{}, {.agent = "a-2", .valid = false}}));
  }
  auto text = terminal.read_available();
  auto last_frame = text.substr(text.rfind("\x1b"
                                           "7"));
  BOOST_TEST(last_frame.find("Floorwalker  acme") != std::string::npos);
  BOOST_TEST(last_frame.find("processed 2   accuracy 50.00 %   unauthorized 1") != std::string::npos);
  BOOST_TEST(last_frame.find("\x1b[31m") != std::string::npos);
  BOOST_TEST(last_frame.find("\x1b[17;20r") != std::string::npos); // the log scrolls in the last four rows
  BOOST_TEST(last_frame.ends_with("\x1b"
                                  "8\x18\x1b[r\x1b[20;1H\r\n"));
}

BOOST_AUTO_TEST_CASE(screens_that_are_given_back_leave_the_terminal_as_it_was_and_are_drawn_no_more) {
  test_terminal first, second;
  std::string drawn;
  {
    live_view one{{live_form::screen, true, first.descriptor()}, clock};
    live_view other{{live_form::screen, true, second.descriptor()}, clock};
    auto end = std::chrono::steady_clock::now() + 10s;
    while (count_of(drawn, "\x1b[17;20r") == 0 && std::chrono::steady_clock::now() < end)
      drawn += first.read_available(); // until the first frame is there
    live_view::give_screens_back();
    drawn += first.read_available();
    BOOST_TEST(drawn.ends_with("\x18\x1b[r\x1b[20;1H\r\n"));
    take(one, committed(fifty));
    live_view::give_screens_back();
  }
  BOOST_TEST(first.read_available() == "");
}

BOOST_AUTO_TEST_CASE(a_screen_that_was_never_entered_has_nothing_to_give_back) {
  test_terminal terminal;
  terminal.stop_output();
  live_view lines{{live_form::sampled_lines, false, terminal.descriptor()}, clock};
  live_view::give_screens_back();
  BOOST_TEST(terminal.read_available() == "");
}

BOOST_AUTO_TEST_CASE(a_stopped_terminal_does_not_hold_the_giving_back_up) {
  test_terminal terminal;
  terminal.stop_output();
  live_view view{{live_form::screen, true, terminal.descriptor()}, clock};
  take(view, committed(fifty));
  live_view::give_screens_back(); // the test ends
}

BOOST_AUTO_TEST_CASE(a_stopped_terminal_stops_nothing_else) {
  test_terminal terminal;
  terminal.stop_output();
  live_view view{{live_form::screen, true, terminal.descriptor()}, clock};
  for (int i = 0; i < 100; ++i) BOOST_TEST(take(view, committed(fifty)) == "");
}

BOOST_AUTO_TEST_CASE(a_terminal_that_nobody_reads_stops_nothing_either) {
  test_terminal terminal;
  std::string blank(1 << 20, ' ');
  unblocked_terminal filled{terminal.descriptor(), true};
  write_text(filled.descriptor(), blank, write_interruption{}, patience::none);
  live_view view{{live_form::screen, true, terminal.descriptor()}, clock};
  for (int i = 0; i < 10; ++i) BOOST_TEST(take(view, committed(fifty)) == "");
}

BOOST_AUTO_TEST_CASE(what_is_shown_depends_on_the_terminal_and_the_environment) {
  test_terminal terminal;
  test_pipe pipe;
  const struct {
    const char* sentence;
    bool every_line;
    int descriptor;
    const char* term;
    const char* no_color;
    live_form form;
    bool color;
  } rows[] = {
      {"a terminal shows a screen", false, terminal.descriptor(), "xterm", nullptr, live_form::screen, true},
      {"NO_COLOR is respected", false, terminal.descriptor(), "xterm", "1", live_form::screen, false},
      {"an empty NO_COLOR says nothing", false, terminal.descriptor(), "xterm", "", live_form::screen, true},
      {"a dumb terminal gets lines", false, terminal.descriptor(), "dumb", nullptr, live_form::sampled_lines, false},
      {"so does one of no known kind", false, terminal.descriptor(), nullptr, nullptr, live_form::sampled_lines, false},
      {"so does a pipe", false, pipe.writer(), "xterm", nullptr, live_form::sampled_lines, false},
      {"who wants lines gets every one", true, terminal.descriptor(), "xterm", nullptr, live_form::lines, false},
  };
  for (auto& row : rows) BOOST_TEST_CONTEXT(row.sentence) {
      environment_variable term{"TERM", row.term};
      environment_variable no_color{"NO_COLOR", row.no_color};
      auto options = live_options_for(row.every_line, row.descriptor);
      BOOST_TEST((options.form == row.form));
      BOOST_TEST(options.color == row.color);
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace floorwalker
