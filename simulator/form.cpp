#include "simulator/form.hpp"

#include <charconv>

namespace floorwalker::simulator {

namespace {

int hexadecimal(char letter) {
  if (letter >= '0' && letter <= '9') return letter - '0';
  if (letter >= 'a' && letter <= 'f') return letter - 'a' + 10;
  if (letter >= 'A' && letter <= 'F') return letter - 'A' + 10;
  return -1;
}

std::string decoded(std::string_view text) {
  auto result = std::string{};
  for (auto at = std::size_t{0}; at < text.size(); ++at) {
    auto escape =
        text[at] == '%' && at + 2 < text.size() && hexadecimal(text[at + 1]) >= 0 && hexadecimal(text[at + 2]) >= 0;
    if (escape) {
      result += static_cast<char>(hexadecimal(text[at + 1]) * 16 + hexadecimal(text[at + 2]));
      at += 2;
    } else {
      result += text[at] == '+' ? ' ' : text[at];
    }
  }
  return result;
}

} // namespace

std::map<std::string, std::string> read_form(std::string_view text) {
  auto form = std::map<std::string, std::string>{};
  while (!text.empty()) {
    auto end = text.find('&');
    auto pair = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    if (pair.empty()) continue;
    auto equals = pair.find('=');
    form[decoded(pair.substr(0, equals))] =
        equals == std::string_view::npos ? std::string{} : decoded(pair.substr(equals + 1));
  }
  return form;
}

std::string_view path_of(std::string_view target) { return target.substr(0, target.find('?')); }

std::string_view query_of(std::string_view target) {
  auto at = target.find('?');
  return at == std::string_view::npos ? std::string_view{} : target.substr(at + 1);
}

bool read_number(const std::map<std::string, std::string>& form, const std::string& name, unsigned min, unsigned max,
                 unsigned& value) {
  auto found = form.find(name);
  if (found == form.end()) return true;
  const auto& text = found->second;
  auto number = 0u;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number < min || number > max) return false;
  value = number;
  return true;
}

} // namespace floorwalker::simulator
