#include "messages/wire/printable_sample.hpp"

#include "messages/wire/utf8.hpp"

#include <cstdint>

namespace floorwalker::wire {
namespace {

struct character {
  std::size_t size = 1;
  bool printable = false;
};

unsigned byte_at(std::string_view bytes, std::size_t at) { return static_cast<unsigned char>(bytes[at]); }

// What a terminal or a log viewer would obey instead of show.
bool obeyed(std::uint32_t code) {
  return code < 0x20 || (code >= 0x7f && code < 0xa0) || (code >= 0x2028 && code <= 0x202e) ||
         (code >= 0x2066 && code <= 0x2069);
}

// A byte that starts no character stands alone.
character read_character(std::string_view bytes) {
  auto next = first_character(bytes);
  if (next.size == 0) return {};
  return {next.size, !obeyed(next.code)};
}

} // namespace

std::string printable_sample(std::string_view bytes) {
  constexpr std::string_view hex = "0123456789abcdef";
  std::string out;
  for (std::size_t at = 0; at < bytes.size();) {
    auto next = read_character(bytes.substr(at));
    if (at + next.size > sample_bytes_max) break;
    if (next.printable) {
      out.append(bytes.substr(at, next.size));
    } else {
      for (auto i = at; i < at + next.size; ++i) {
        out += "\\x";
        out += hex[byte_at(bytes, i) >> 4];
        out += hex[byte_at(bytes, i) & 15];
      }
    }
    at += next.size;
  }
  return out;
}

} // namespace floorwalker::wire
