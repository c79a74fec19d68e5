#include "messages/json_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace floorwalker {
namespace {

bool needs_escape(char c) { return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\'; }

/// True if one of eight bytes has to be escaped. A byte that is below a limit borrows into its highest bit; what is
/// beyond ASCII has that bit set by itself, and is left out.
bool one_needs_escape(std::uint64_t bytes) {
  constexpr std::uint64_t each = 0x0101010101010101;
  constexpr std::uint64_t high = 0x80 * each;
  auto below = [&](std::uint64_t values, std::uint64_t limit) { return (values - limit * each) & ~values & high; };
  return (below(bytes, 0x20) | below(bytes ^ '"' * each, 1) | below(bytes ^ '\\' * each, 1)) != 0;
}

std::uint64_t eight_at(const char* at) {
  std::uint64_t bytes;
  std::memcpy(&bytes, at, sizeof bytes);
  return bytes;
}

/// False only if nothing has to be escaped.
bool may_need_escape(std::string_view text) {
  auto size = text.size();
  if (size < 8) return std::ranges::any_of(text, needs_escape);
  for (std::size_t i = 0; i + 8 < size; i += 8)
    if (one_needs_escape(eight_at(text.data() + i))) return true;
  return one_needs_escape(eight_at(text.data() + size - 8));
}

/// An escaped byte, of which at most six are written.
char* put_escaped(char* to, char c) {
  switch (c) {
  case '"':
    return put(to, "\\\"");
  case '\\':
    return put(to, "\\\\");
  case '\b':
    return put(to, "\\b");
  case '\f':
    return put(to, "\\f");
  case '\n':
    return put(to, "\\n");
  case '\r':
    return put(to, "\\r");
  case '\t':
    return put(to, "\\t");
  default:
    break;
  }
  constexpr std::string_view hex = "0123456789abcdef";
  auto byte = static_cast<unsigned char>(c);
  to = put(to, "\\u00");
  *to++ = hex[byte >> 4];
  *to++ = hex[byte & 15];
  return to;
}

template <class Number>
void append_digits(std::string& out, Number value) {
  std::array<char, 24> digits{};
  auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), value);
  out.append(digits.data(), static_cast<std::size_t>(end - digits.data()));
}

} // namespace

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  std::size_t written = 0;
  if (may_need_escape(text)) {
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (!needs_escape(text[i])) continue;
      out.append(text.substr(written, i - written));
      std::array<char, 6> escaped;
      out.append(escaped.data(), put_escaped(escaped.data(), text[i]));
      written = i + 1;
    }
  }
  out.append(text.substr(written));
  out += '"';
}

char* put_json_string(char* to, std::string_view text) {
  *to++ = '"';
  if (!may_need_escape(text)) {
    to = put(to, text);
  } else {
    for (auto c : text) {
      if (needs_escape(c))
        to = put_escaped(to, c);
      else
        *to++ = c;
    }
  }
  *to++ = '"';
  return to;
}

char* put_decimal(char* to, std::int64_t value) { return std::to_chars(to, to + decimal_bytes_max, value).ptr; }
char* put_decimal(char* to, std::uint64_t value) { return std::to_chars(to, to + decimal_bytes_max, value).ptr; }

void append_json_string_or_null(std::string& out, const std::optional<std::string>& text) {
  if (text)
    append_json_string(out, *text);
  else
    out += "null";
}

void append_decimal(std::string& out, std::int64_t value) { append_digits(out, value); }
void append_decimal(std::string& out, std::uint64_t value) { append_digits(out, value); }

void append_number(std::string& out, double value, int digits) {
  if (!std::isfinite(value)) {
    out += "null"; // JSON has no other word for it
    return;
  }
  // Sign, point and the 309 digits before it that the largest double has.
  std::array<char, 312 + number_digits_max> text{};
  auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed,
                                    std::clamp(digits, 0, number_digits_max));
  std::string_view shown{text.data(), static_cast<std::size_t>(end - text.data())};
  if (shown.find('.') != std::string_view::npos) {
    while (shown.back() == '0') shown.remove_suffix(1);
    if (shown.back() == '.') shown.remove_suffix(1);
  }
  out.append(shown == "-0" ? "0" : shown);
}

} // namespace floorwalker
