// How far a long reading has come, on a terminal.
#pragma once

#include "runtime/auditing/trail_check.hpp"

#include <chrono>
#include <condition_variable>
#include <iosfwd>
#include <mutex>
#include <string>
#include <thread>

namespace floorwalker {

/// "verifying [#####     ] 50 %  1.2 GB of 2.4 GB  800.0 MB/s  1 s left": at most `width` columns. Pure.
std::string progress_line(std::string_view what, std::uint64_t done, std::uint64_t total,
                          std::chrono::milliseconds since_start, std::size_t width);

/// Draws ten times a second from the first half second on, and takes the line away at the end. Draws nothing where it is
/// not enabled.
class progress_bar {
public:
  progress_bar(std::ostream& out, bool enabled, std::string what, const trail_check_progress& progress);
  ~progress_bar();
  progress_bar(const progress_bar&) = delete;
  progress_bar& operator=(const progress_bar&) = delete;

private:
  void draw(std::stop_token stop);

  std::ostream& out_;
  std::string what_;
  const trail_check_progress& progress_;
  std::mutex guard_;
  std::condition_variable_any wake_;
  std::jthread drawing_;
};

} // namespace floorwalker
