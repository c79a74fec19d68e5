#include "runtime/auditing/progress_bar.hpp"

#include "messages/figures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>
#include <utility>

namespace floorwalker {
namespace {

constexpr std::size_t bar_columns = 16;
constexpr std::size_t line_columns = 79;
constexpr std::chrono::milliseconds first_wait{500};
constexpr std::chrono::milliseconds between{100};

} // namespace

std::string progress_line(std::string_view what, std::uint64_t done, std::uint64_t total,
                          std::chrono::milliseconds since_start, std::size_t width) {
  done = std::min(done, total);
  auto share = total == 0 ? 1.0 : static_cast<double>(done) / static_cast<double>(total);
  auto filled = static_cast<std::size_t>(share * bar_columns);
  auto line = fmt::format("{} [{:<{}}] {:3.0f} %  {} of {}", what, std::string(filled, '#'), bar_columns, share * 100,
                          bytes_in_words(done), bytes_in_words(total));
  if (auto seconds = static_cast<double>(since_start.count()) / 1'000; seconds > 0 && done > 0) {
    auto rate = static_cast<double>(done) / seconds;
    line += fmt::format("  {}/s", bytes_in_words(static_cast<std::uint64_t>(rate)));
    auto left = std::chrono::seconds{static_cast<std::int64_t>(static_cast<double>(total - done) / rate)};
    if (left.count() > 0) line += fmt::format("  {} left", duration_in_words(left));
  }
  return line.substr(0, width);
}

progress_bar::progress_bar(std::ostream& out, bool enabled, std::string what, const trail_check_progress& progress)
    : out_{out}, what_{std::move(what)}, progress_{progress} {
  if (enabled) drawing_ = std::jthread{[this](std::stop_token stop) { draw(std::move(stop)); }};
}

progress_bar::~progress_bar() {
  drawing_.request_stop();
  if (drawing_.joinable()) drawing_.join();
}

void progress_bar::draw(std::stop_token stop) {
  auto begin = std::chrono::steady_clock::now();
  bool drawn = false;
  std::unique_lock lock{guard_};
  auto wait = [&](std::chrono::milliseconds time) {
    wake_.wait_for(lock, stop, time, [] { return false; });
    return !stop.stop_requested();
  };
  for (auto going = wait(first_wait); going; going = wait(between)) {
    auto since = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin);
    out_ << '\r' << progress_line(what_, progress_.bytes_done, progress_.bytes_total, since, line_columns) << "\x1b[K"
         << std::flush;
    drawn = true;
  }
  if (drawn) out_ << "\r\x1b[K" << std::flush;
}

} // namespace floorwalker
