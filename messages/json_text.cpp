#include "messages/json_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace floorwalker {
namespace {

bool needs_escape(char c) { return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\'; }

void append_escaped(std::string& out, char c) {
  switch (c) {
  case '"':
    out += "\\\"";
    return;
  case '\\':
    out += "\\\\";
    return;
  case '\b':
    out += "\\b";
    return;
  case '\f':
    out += "\\f";
    return;
  case '\n':
    out += "\\n";
    return;
  case '\r':
    out += "\\r";
    return;
  case '\t':
    out += "\\t";
    return;
  default:
    break;
  }
  constexpr std::string_view hex = "0123456789abcdef";
  auto byte = static_cast<unsigned char>(c);
  out += "\\u00";
  out += hex[byte >> 4];
  out += hex[byte & 15];
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
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!needs_escape(text[i])) continue;
    out.append(text.substr(written, i - written));
    append_escaped(out, text[i]);
    written = i + 1;
  }
  out.append(text.substr(written));
  out += '"';
}

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
