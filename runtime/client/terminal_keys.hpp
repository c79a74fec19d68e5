// Keys from the bytes that a terminal sends. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace floorwalker {

enum class key_kind : std::uint8_t {
  text, ///< a character, in `text`
  enter,
  escape,
  backspace,
  up,
  down,
  page_up,
  page_down,
  home,
  end
};

struct terminal_key {
  key_kind kind = key_kind::text;
  std::string text = {}; ///< one character of UTF-8

  friend bool operator==(const terminal_key&, const terminal_key&) = default;
};

/// The keys in what one read gave. A lone escape byte is the key Esc: terminals send a function key's bytes at once.
/// Sequences without a meaning here are left out.
std::vector<terminal_key> keys_in(std::string_view bytes);

} // namespace floorwalker
