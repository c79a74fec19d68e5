// The header of the answer to a WebSocket upgrade, told apart from the frames that may follow it at once.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace floorwalker {

/// Finds the blank line that ends the header and keeps the header's text.
class upgrade_head {
public:
  /// Takes bytes up to the header's end; returns how many belong to it.
  std::size_t feed(std::string_view bytes) {
    std::size_t taken = 0;
    while (taken < bytes.size() && matched_ < 4) {
      char c = bytes[taken++];
      if (c == "\r\n\r\n"[matched_])
        ++matched_;
      else
        matched_ = c == '\r' ? 1 : 0;
    }
    text_.append(bytes.substr(0, std::min(taken, text_max - text_.size())));
    return taken;
  }
  bool complete() const { return matched_ == 4; }
  /// True once the status line has come and says 101.
  bool switches_protocols() const { return text_.starts_with("HTTP/1.1 101"); }
  const std::string& text() const { return text_; }
  /// Gives the memory back; the answers above other than complete() are void then.
  void forget() { std::string{}.swap(text_); }

private:
  static constexpr std::size_t text_max = 16 * 1024; ///< Beast refuses longer ones

  std::string text_;
  unsigned matched_ = 0; ///< characters of the final "\r\n\r\n"
};

} // namespace floorwalker
