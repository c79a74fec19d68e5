#include "runtime/client/terminal_keys.hpp"

#include <algorithm>
#include <optional>

namespace floorwalker {
namespace {

constexpr char escape_byte = '\x1b';

std::optional<key_kind> key_of_sequence(std::string_view parameters, char last) {
  switch (last) {
  case 'A':
    return key_kind::up;
  case 'B':
    return key_kind::down;
  case 'H':
    return key_kind::home;
  case 'F':
    return key_kind::end;
  case '~':
    break;
  default:
    return std::nullopt;
  }
  if (parameters == "1" || parameters == "7") return key_kind::home;
  if (parameters == "4" || parameters == "8") return key_kind::end;
  if (parameters == "5") return key_kind::page_up;
  if (parameters == "6") return key_kind::page_down;
  return std::nullopt;
}

/// Takes the sequence behind an escape byte off `bytes`, which is not empty: ESC [ … final, or ESC O final (ECMA-48, 5.4; SS3).
std::optional<key_kind> take_sequence(std::string_view& bytes) {
  if (bytes[0] != '[' && bytes[0] != 'O') {
    if (bytes[0] != escape_byte) bytes.remove_prefix(1); // Alt with a key
    return std::nullopt;
  }
  bytes.remove_prefix(1);
  auto final_byte = std::ranges::find_if(bytes, [](char c) { return c >= '@' && c <= '~'; });
  auto length = static_cast<std::size_t>(final_byte - bytes.begin());
  if (length == bytes.size()) {
    bytes = {};
    return std::nullopt;
  }
  auto key = key_of_sequence(bytes.substr(0, length), bytes[length]);
  bytes.remove_prefix(length + 1);
  return key;
}

std::size_t bytes_of_character(char lead) {
  auto byte = static_cast<unsigned char>(lead);
  return byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
}

} // namespace

std::vector<terminal_key> keys_in(std::string_view bytes) {
  std::vector<terminal_key> keys;
  while (!bytes.empty()) {
    auto first = bytes.front();
    if (first == escape_byte) {
      auto alone = bytes.size() == 1;
      bytes.remove_prefix(1);
      if (alone) {
        keys.push_back({key_kind::escape});
      } else if (auto key = take_sequence(bytes)) {
        keys.push_back({*key});
      }
      continue;
    }
    auto length = std::min(bytes_of_character(first), bytes.size());
    if (first == '\r' || first == '\n')
      keys.push_back({key_kind::enter});
    else if (first == '\x7f' || first == '\b')
      keys.push_back({key_kind::backspace});
    else if (static_cast<unsigned char>(first) >= 0x20)
      keys.push_back({key_kind::text, std::string{bytes.substr(0, length)}});
    bytes.remove_prefix(length);
  }
  return keys;
}

} // namespace floorwalker
