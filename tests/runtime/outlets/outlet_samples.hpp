// Groups, folders and descriptors for tests of outlets.
#pragma once

#include "runtime/outlets/outlet_thread.hpp"
#include "tests/actors/record_samples.hpp"

#include <boost/test/unit_test.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <future>
#include <initializer_list>
#include <memory>
#include <sstream>
#include <string>
#include <utility>

namespace floorwalker::testing {

/// One delivery for each text.
inline delivery_group group_of(std::initializer_list<std::string> texts) {
  delivery_group group;
  for (auto& text : texts) group.push_back({std::make_shared<const std::string>(text), nullptr, 1});
  return group;
}

/// One delivery of a batch, without text.
inline delivery_group group_of(const committed_batch_ptr& batch) { return {{nullptr, batch, batch->positions.size()}}; }

inline delivery_group_ptr shared(delivery_group group) {
  return std::make_shared<const delivery_group>(std::move(group));
}

/// Lets an outlet write on its thread, and waits for what it says; no actor and no length of time is involved.
inline std::string write_through(threaded_outlet& to, std::uint64_t number, delivery_group group) {
  std::promise<std::string> answer;
  to.write_then(number, shared(std::move(group)), [&answer](write_result result) { answer.set_value(result.problem); });
  return answer.get_future().get();
}

/// A folder that is gone when the test ends.
class scratch_folder {
public:
  scratch_folder() {
    std::string form = (std::filesystem::temp_directory_path() / "floorwalker-outlets-XXXXXX").string();
    BOOST_REQUIRE(::mkdtemp(form.data()) != nullptr);
    path_ = form;
  }
  ~scratch_folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  scratch_folder(const scratch_folder&) = delete;
  scratch_folder& operator=(const scratch_folder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

private:
  std::filesystem::path path_;
};

inline std::string content_of(const std::filesystem::path& path) {
  std::ifstream file{path, std::ios::binary};
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

inline void put(const std::filesystem::path& path, const std::string& content) {
  std::ofstream{path, std::ios::binary} << content;
}

/// A pipe whose two ends are closed with it, unless before.
class test_pipe {
public:
  test_pipe() { BOOST_REQUIRE(::pipe2(ends_.data(), O_CLOEXEC) == 0); }
  ~test_pipe() {
    close_reader();
    close_writer();
  }
  test_pipe(const test_pipe&) = delete;
  test_pipe& operator=(const test_pipe&) = delete;

  int writer() const { return ends_[1]; }
  int reader() const { return ends_[0]; }
  void close_reader() { close(ends_[0]); }
  void close_writer() { close(ends_[1]); }

  /// What is in the pipe now, without waiting.
  std::string read_available() const {
    ::fcntl(ends_[0], F_SETFL, O_NONBLOCK);
    std::string text;
    std::array<char, 4096> buffer;
    for (ssize_t got; (got = ::read(ends_[0], buffer.data(), buffer.size())) > 0;)
      text.append(buffer.data(), static_cast<std::size_t>(got));
    return text;
  }

  /// Fills the pipe, so that it has no room.
  void fill() const {
    ::fcntl(ends_[1], F_SETFL, O_NONBLOCK);
    std::array<char, 4096> blank;
    blank.fill(' ');
    while (::write(ends_[1], blank.data(), blank.size()) > 0) {
    }
    ::fcntl(ends_[1], F_SETFL, 0);
  }

private:
  static void close(int& end) {
    if (end >= 0) ::close(end);
    end = -1;
  }

  std::array<int, 2> ends_{-1, -1};
};

/// While it lives, writing to a closed pipe is an error instead of the end of the test.
class ignored_sigpipe {
public:
  ignored_sigpipe() : before_{std::signal(SIGPIPE, SIG_IGN)} {}
  ~ignored_sigpipe() { std::signal(SIGPIPE, before_); }
  ignored_sigpipe(const ignored_sigpipe&) = delete;
  ignored_sigpipe& operator=(const ignored_sigpipe&) = delete;

private:
  void (*before_)(int);
};

} // namespace floorwalker::testing
