#include "messages/wire/printable_sample.hpp"

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

// Reads one character by the table of well-formed UTF-8 (Unicode 15, table 3-7). A byte that starts none stands alone.
character read_character(std::string_view bytes, std::size_t at) {
  auto lead = byte_at(bytes, at);
  if (lead < 0x80) return {1, !obeyed(lead)};
  std::size_t size = lead >= 0xc2 && lead <= 0xdf   ? 2
                     : (lead & 0xf0) == 0xe0        ? 3
                     : lead >= 0xf0 && lead <= 0xf4 ? 4
                                                    : 0;
  if (size == 0 || size > bytes.size() - at) return {};
  std::uint32_t code = lead & (0xffu >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) {
    auto next = byte_at(bytes, at + i);
    if ((next & 0xc0) != 0x80) return {};
    code = code << 6 | (next & 0x3f);
  }
  bool overlong = (size == 3 && code < 0x800) || (size == 4 && code < 0x10000);
  if (overlong || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return {};
  return {size, !obeyed(code)};
}

} // namespace

std::string printable_sample(std::string_view bytes) {
  constexpr std::string_view hex = "0123456789abcdef";
  std::string out;
  for (std::size_t at = 0; at < bytes.size();) {
    auto next = read_character(bytes, at);
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
