#include "runtime/outlets/line_writer.hpp"

#include "runtime/outlets/console_outlet.hpp"
#include "tests/actors/log_lines.hpp"
#include "tests/runtime/outlets/outlet_samples.hpp"

#include <cerrno>
#include <thread>

namespace floorwalker {
namespace {

using testing::group_of;
using testing::ignored_sigpipe;
using testing::test_pipe;

/// Everything that comes out of the pipe until its writing end is closed.
std::string read_to_end(const test_pipe& from) {
  std::string text;
  std::array<char, 4096> buffer;
  for (ssize_t got; (got = ::read(from.reader(), buffer.data(), buffer.size())) > 0;)
    text.append(buffer.data(), static_cast<std::size_t>(got));
  return text;
}

} // namespace

BOOST_AUTO_TEST_SUITE(line_writing)

BOOST_AUTO_TEST_CASE(a_text_longer_than_a_pipe_holds_arrives_whole) {
  test_pipe pipe;
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += std::to_string(i) + '\n';
  write_interruption interruption;
  std::string read;
  std::thread reader{[&] { read = read_to_end(pipe); }};
  auto outcome = write_text(pipe.writer(), text, interruption);
  pipe.close_writer();
  reader.join();
  BOOST_TEST(outcome.error == 0);
  BOOST_TEST(outcome.written == text.size());
  BOOST_TEST((read == text));
}

BOOST_AUTO_TEST_CASE(a_closed_pipe_is_an_error) {
  ignored_sigpipe ignored;
  test_pipe pipe;
  pipe.close_reader();
  auto outcome = write_text(pipe.writer(), "text\n", write_interruption{});
  BOOST_TEST(outcome.error == EPIPE);
  BOOST_TEST(outcome.written == 0u);
  BOOST_TEST(reader_is_gone(pipe.writer(), outcome.error));
}

BOOST_AUTO_TEST_CASE(a_full_disk_is_an_error_that_may_pass) {
  auto full = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
  BOOST_REQUIRE(full >= 0);
  auto outcome = write_text(full, "text\n", write_interruption{});
  BOOST_TEST(outcome.error == ENOSPC);
  BOOST_TEST(!reader_is_gone(full, outcome.error));
  ::close(full);
}

BOOST_AUTO_TEST_CASE(without_patience_a_full_pipe_is_left_alone) {
  test_pipe pipe;
  pipe.fill();
  auto outcome = write_text(pipe.writer(), "text\n", write_interruption{}, patience::none);
  BOOST_TEST(outcome.error == EAGAIN);
}

BOOST_AUTO_TEST_CASE(a_write_that_waits_for_a_reader_can_be_interrupted) {
  test_pipe pipe;
  pipe.fill();
  write_interruption interruption;
  write_outcome outcome;
  std::thread writer{[&] { outcome = write_text(pipe.writer(), "text\n", interruption); }};
  interruption.raise();
  writer.join();
  BOOST_TEST(outcome.error == ECANCELED);
}

BOOST_AUTO_TEST_CASE(a_non_blocking_descriptor_is_waited_for_too) {
  test_pipe pipe;
  pipe.fill();
  ::fcntl(pipe.writer(), F_SETFL, O_NONBLOCK);
  write_interruption interruption;
  std::string read;
  std::thread reader{[&] { read = read_to_end(pipe); }};
  auto outcome = write_text(pipe.writer(), "text\n", interruption);
  pipe.close_writer();
  reader.join();
  BOOST_TEST(outcome.error == 0);
  BOOST_TEST(read.ends_with("text\n"));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(stream_output)

BOOST_AUTO_TEST_CASE(groups_are_written_in_order) {
  test_pipe pipe;
  write_interruption interruption;
  stream_lines lines{pipe.writer(), interruption};
  BOOST_TEST(lines.write(1, group_of({"a\n", "b\n"})) == "");
  BOOST_TEST(lines.write(2, group_of({"c\n"})) == "");
  BOOST_TEST(pipe.read_available() == "a\nb\nc\n");
}

BOOST_AUTO_TEST_CASE(when_the_reader_has_gone_one_warning_says_so_and_everything_is_dropped) {
  ignored_sigpipe ignored;
  testing::log_lines log;
  test_pipe pipe;
  pipe.close_reader();
  write_interruption interruption;
  stream_lines lines{pipe.writer(), interruption};
  for (std::uint64_t number = 1; number <= 5; ++number) BOOST_TEST(lines.write(number, group_of({"a\n"})) == "");
  BOOST_TEST(lines.reader_gone());
  BOOST_TEST(log.count() == 1u);
  BOOST_TEST(log.with("warning standard output was closed (Broken pipe)") == 1u);
}

BOOST_AUTO_TEST_CASE(another_failure_is_told_to_the_sink) {
  auto full = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
  write_interruption interruption;
  stream_lines lines{full, interruption};
  BOOST_TEST(lines.write(1, group_of({"a\n"})) == "cannot write to standard output: No space left on device");
  BOOST_TEST(!lines.reader_gone());
  ::close(full);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace floorwalker
