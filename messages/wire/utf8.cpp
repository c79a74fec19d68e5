#include "messages/wire/utf8.hpp"

namespace floorwalker::wire {

utf8_character first_character(std::string_view bytes) {
  if (bytes.empty()) return {};
  std::uint32_t lead = static_cast<unsigned char>(bytes[0]);
  if (lead < 0x80) return {1, lead};
  std::size_t size = lead >= 0xc2 && lead <= 0xdf   ? 2
                     : (lead & 0xf0) == 0xe0        ? 3
                     : lead >= 0xf0 && lead <= 0xf4 ? 4
                                                    : 0;
  if (size == 0 || size > bytes.size()) return {};
  std::uint32_t code = lead & (0xffu >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) {
    std::uint32_t next = static_cast<unsigned char>(bytes[i]);
    if ((next & 0xc0) != 0x80) return {};
    code = code << 6 | (next & 0x3f);
  }
  bool overlong = (size == 3 && code < 0x800) || (size == 4 && code < 0x10000);
  if (overlong || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return {};
  return {size, code};
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    auto next = first_character(text);
    if (next.size == 0) return false;
    text.remove_prefix(next.size);
  }
  return true;
}

void append_utf8(std::string& out, std::uint32_t code) {
  auto follow = [&](int shift) { out += static_cast<char>(0x80 | ((code >> shift) & 0x3f)); };
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xc0 | (code >> 6));
    follow(0);
  } else if (code < 0x10000) {
    out += static_cast<char>(0xe0 | (code >> 12));
    follow(6);
    follow(0);
  } else {
    out += static_cast<char>(0xf0 | (code >> 18));
    follow(12);
    follow(6);
    follow(0);
  }
}

} // namespace floorwalker::wire
