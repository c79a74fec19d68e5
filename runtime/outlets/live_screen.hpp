// The live view's picture and lines as text. Pure: no I/O, no clock, no terminal.
#pragma once

#include "messages/figures.hpp"
#include "runtime/outlets/live_model.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace floorwalker {

/// How a picture is drawn.
struct screen_style {
  std::size_t width = 80;
  std::size_t height = 24;                          ///< the picture has exactly this many lines
  bool color = true;                                ///< with ANSI colours; text says the same without them
  std::function<std::string(utc_time)> time_of_day; ///< "10:00:00.456", in the reader's zone
};

/// The picture: title, figures, agents by state with bars, last transitions. No line is wider than the style's width.
std::vector<std::string> draw(const screen_figures& figures, const screen_style& style);

/// One transition as a line of its own, for output that is no terminal. Ends with a newline.
std::string line_of(const shown_transition& shown, const std::function<std::string(utc_time)>& time_of_day);

/// `text` in exactly `width` columns: cut with "…" or filled with spaces. Control characters and bytes that are no
/// UTF-8 become "?", so that a state's name can't steer the terminal.
std::string in_columns(std::string_view text, std::size_t width);

/// `text` in as many columns as it needs, made printable in the same way.
std::string printable(std::string_view text);

/// Lets so many lines a second pass, and counts the rest.
class line_throttle {
public:
  explicit line_throttle(std::size_t lines_per_second) : limit_{lines_per_second} {}

  /// True if one more line may be written in second number `second`.
  bool admits(std::int64_t second);

  /// The lines held back in earlier seconds than `second`, told once.
  std::uint64_t take_held_back(std::int64_t second);

private:
  std::size_t limit_;
  std::int64_t second_ = 0;
  std::size_t written_ = 0;
  std::uint64_t held_back_ = 0;
};

} // namespace floorwalker
