// The live table as lines of text for a terminal. Pure.
#pragma once

#include "runtime/client/watch_model.hpp"
#include "runtime/client/watch_view.hpp"

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace floorwalker {

/// How the connection to the node is.
struct watch_link {
  bool connected = false;
  std::chrono::nanoseconds data_age{}; ///< since the node was last heard
  std::string trouble;                 ///< why there is no connection; one clause
  std::chrono::nanoseconds retry_in{}; ///< until the next attempt, without a connection
};

struct watch_style {
  std::size_t width = 80;
  std::size_t height = 24; ///< the picture has exactly this many lines
  bool color = true;       ///< ANSI colours; text says the same without them
};

/// Data older than this is said to be old: a node that is well is heard each second.
inline constexpr std::chrono::seconds fresh_data{3};

/// The picture at `now` of this machine's clock. No line is wider than the style's width.
std::vector<std::string> draw_watch(const watch_model& model, const watch_view& view, const watch_link& link,
                                    utc_time now, const watch_style& style);

/// How many rows of agents fit on such a screen.
std::size_t rows_on_screen(const watch_style& style);

/// The text that turns the picture `before` into `after` on a terminal: only lines that differ. Everything anew if the
/// number of lines is another.
std::string picture_changes(const std::vector<std::string>& before, const std::vector<std::string>& after);

} // namespace floorwalker
