// Reading UTF-8 strictly (Unicode 15, table 3-7). Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace floorwalker::wire {

struct utf8_character {
  std::size_t size = 0; ///< bytes; 0: what was read is no well-formed character
  std::uint32_t code = 0;
};

/// The character at the beginning of `bytes`. Overlong forms, surrogates and codes above U+10FFFF are none.
utf8_character first_character(std::string_view bytes);

/// True for text that consists of whole well-formed characters; also for the empty one.
bool is_utf8(std::string_view text);

/// Appends the character with that code, which is at most U+10FFFF and no surrogate.
void append_utf8(std::string& out, std::uint32_t code);

} // namespace floorwalker::wire
