#include "messages/wire/line_scanner.hpp"

#include "messages/wire/utf8.hpp"

#include <bit>
#include <charconv>

namespace floorwalker::wire {
namespace {

constexpr int nesting_max = 64;

constexpr std::uint64_t every_byte(std::uint64_t value) { return value * 0x0101010101010101; }

// Of eight bytes, the first that is a quotation mark, a backslash, a control character or not ASCII; 8 if none is. ("Bit
// Twiddling Hacks", "Determine if a word has a byte less than n": a byte behind the first may be marked wrongly.)
std::size_t first_to_look_at(const char* bytes) {
  static_assert(std::endian::native == std::endian::little);
  std::uint64_t word;
  std::memcpy(&word, bytes, sizeof word);
  auto below = [](std::uint64_t eight, std::uint64_t bound) { return eight - every_byte(bound); };
  auto quote = word ^ every_byte('"');
  auto backslash = word ^ every_byte('\\');
  auto marks = (below(word, 0x20) | below(quote, 1) | below(backslash, 1) | word) & every_byte(0x80);
  return static_cast<std::size_t>(std::countr_zero(marks)) / 8;
}

bool is_high_surrogate(std::uint32_t code) { return code >= 0xd800 && code < 0xdc00; }
bool is_low_surrogate(std::uint32_t code) { return code >= 0xdc00 && code < 0xe000; }

std::uint32_t code_of(const char* digits) {
  std::uint32_t code = 0;
  std::from_chars(digits, digits + 4, code, 16);
  return code;
}

} // namespace

void line_scanner::skip_space() {
  while (at_ != end_ && (*at_ == ' ' || *at_ == '\t' || *at_ == '\n' || *at_ == '\r')) ++at_;
}

bool line_scanner::hexadecimal(std::uint32_t& code) {
  if (end_ - at_ < 4) return false;
  auto [stop, error] = std::from_chars(at_, at_ + 4, code, 16);
  if (error != std::errc{} || stop != at_ + 4) return false;
  at_ += 4;
  return true;
}

// Behind the backslash.
bool line_scanner::escape() {
  if (at_ == end_) return false;
  if (*at_ != 'u') return std::string_view{"\"\\/bfnrt"}.find(*at_++) != std::string_view::npos;
  ++at_;
  std::uint32_t code = 0;
  if (!hexadecimal(code) || is_low_surrogate(code)) return false;
  if (!is_high_surrogate(code)) return true;
  return literal("\\u") && hexadecimal(code) && is_low_surrogate(code);
}

bool line_scanner::string(string_token& found) {
  if (!literal("\"")) return false;
  found.begin = at_;
  found.escaped = false;
  while (true) {
    while (end_ - at_ >= 8) {
      auto plain = first_to_look_at(at_);
      at_ += plain;
      if (plain < 8) break;
    }
    if (at_ == end_) return false;
    auto byte = static_cast<unsigned char>(*at_);
    if (byte == '"') break;
    if (byte < 0x20) return false;
    if (byte == '\\') {
      found.escaped = true;
      ++at_;
      if (!escape()) return false;
    } else if (byte < 0x80) {
      ++at_;
    } else {
      auto next = first_character({at_, static_cast<std::size_t>(end_ - at_)});
      if (next.size == 0) return false;
      at_ += next.size;
    }
  }
  found.size = static_cast<std::uint32_t>(at_ - found.begin);
  ++at_;
  return true;
}

bool line_scanner::unsigned_integer(std::uint64_t& value) {
  auto begin = at_;
  auto [stop, error] = std::from_chars(at_, end_, value);
  if (error != std::errc{} || (*begin == '0' && stop != begin + 1)) return false;
  at_ = stop;
  return true;
}

bool line_scanner::signed_integer(std::int64_t& value) {
  auto begin = at_;
  auto [stop, error] = std::from_chars(at_, end_, value);
  if (error != std::errc{}) return false;
  auto first_digit = *begin == '-' ? begin + 1 : begin;
  if (*first_digit == '0' && stop != first_digit + 1) return false;
  at_ = stop;
  return true;
}

bool line_scanner::digits() {
  auto begin = at_;
  while (at_ != end_ && *at_ >= '0' && *at_ <= '9') ++at_;
  return at_ != begin;
}

bool line_scanner::number() {
  literal("-");
  if (!literal("0") && !digits()) return false;
  if (literal(".") && !digits()) return false;
  if (!literal("e") && !literal("E")) return true;
  if (!literal("+")) literal("-");
  return digits();
}

bool line_scanner::members(int depth) {
  skip_space();
  if (literal("}")) return true;
  while (true) {
    string_token name;
    skip_space();
    if (!string(name)) return false;
    skip_space();
    if (!literal(":") || !any_value(depth)) return false;
    if (literal("}")) return true;
    if (!literal(",")) return false;
  }
}

bool line_scanner::elements(int depth) {
  skip_space();
  if (literal("]")) return true;
  while (true) {
    if (!any_value(depth)) return false;
    if (literal("]")) return true;
    if (!literal(",")) return false;
  }
}

bool line_scanner::any_value(int depth) {
  skip_space();
  if (at_ == end_ || depth > nesting_max) return false;
  string_token text;
  bool read = false;
  switch (*at_) {
  case '"':
    read = string(text);
    break;
  case '{':
    ++at_;
    read = members(depth + 1);
    break;
  case '[':
    ++at_;
    read = elements(depth + 1);
    break;
  case 't':
    read = literal("true");
    break;
  case 'f':
    read = literal("false");
    break;
  case 'n':
    read = literal("null");
    break;
  default:
    read = number();
    break;
  }
  skip_space();
  return read;
}

void append_unescaped(std::string& out, const string_token& token) {
  auto text = token.raw();
  for (std::size_t at = 0; at < text.size(); ++at) {
    auto plain = text.substr(at, text.find('\\', at) - at);
    out += plain;
    at += plain.size();
    if (at == text.size()) return;
    switch (text[++at]) {
    case 'b':
      out += '\b';
      break;
    case 'f':
      out += '\f';
      break;
    case 'n':
      out += '\n';
      break;
    case 'r':
      out += '\r';
      break;
    case 't':
      out += '\t';
      break;
    case 'u': {
      auto code = code_of(text.data() + at + 1);
      at += 4;
      if (is_high_surrogate(code)) {
        code = 0x10000 + ((code - 0xd800) << 10) + (code_of(text.data() + at + 3) - 0xdc00);
        at += 6;
      }
      append_utf8(out, code);
      break;
    }
    default:
      out += text[at];
    }
  }
}

} // namespace floorwalker::wire
