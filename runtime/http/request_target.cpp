#include "runtime/http/request_target.hpp"

#include <algorithm>

namespace floorwalker {
namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_word(std::string_view one, std::string_view other) {
  return std::equal(one.begin(), one.end(), other.begin(), other.end(),
                    [](char a, char b) { return lower(a) == lower(b); });
}

std::string_view trimmed(std::string_view text) {
  auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

/// Takes what stands before the next `separator` off the front of `rest`.
std::string_view take_until(std::string_view& rest, char separator) {
  auto at = std::min(rest.find(separator), rest.size());
  auto part = rest.substr(0, at);
  rest.remove_prefix(std::min(at + 1, rest.size()));
  return part;
}

/// The weight in "gzip;q=0.5"; 1 if there is none. What can't be read counts as 0.
bool has_weight(std::string_view parameters) {
  while (!parameters.empty()) {
    auto one = trimmed(take_until(parameters, ';'));
    if (one.size() < 2 || lower(one[0]) != 'q' || one[1] != '=') continue;
    auto value = one.substr(2);
    return value.find_first_of("123456789") != std::string_view::npos;
  }
  return true;
}

std::string_view strong_part(std::string_view etag) {
  if (etag.starts_with("W/")) etag.remove_prefix(2);
  return etag;
}

} // namespace

std::optional<request_target> split_target(std::string_view target) {
  request_target parts;
  for (char c : target)
    if (static_cast<unsigned char>(c) <= 0x20 || c == 0x7F || c == '#') return {};
  if (!target.starts_with('/')) {
    auto scheme = target.find("://");
    if (scheme == std::string_view::npos) return {};
    if (!same_word(target.substr(0, scheme), "http") && !same_word(target.substr(0, scheme), "https")) return {};
    target.remove_prefix(scheme + 3);
    auto end = std::min(target.find_first_of("/?"), target.size());
    parts.authority = target.substr(0, end);
    target.remove_prefix(end);
    if (parts.authority.empty()) return {};
    if (target.empty() || target.front() == '?') parts.path = "/";
  }
  auto mark = std::min(target.find('?'), target.size());
  if (parts.path.empty()) parts.path = target.substr(0, mark);
  if (mark < target.size()) parts.query = target.substr(mark + 1);
  return parts;
}

std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '+' && plus_is_space) c = ' ';
    if (c == '%') {
      if (text.size() - i < 3) return {};
      auto high = hex_value(text[i + 1]);
      auto low = hex_value(text[i + 2]);
      if (high < 0 || low < 0) return {};
      c = static_cast<char>(high * 16 + low);
      i += 2;
    }
    if (c == '\0') return {};
    out += c;
  }
  return out;
}

std::optional<named_texts> parse_query(std::string_view query) {
  named_texts parameters;
  while (!query.empty()) {
    auto pair = take_until(query, '&');
    if (pair.empty()) continue;
    auto name = percent_decode(take_until(pair, '='), true);
    auto value = percent_decode(pair, true);
    if (!name || !value || parameters.size() == parameters_max) return {};
    parameters.emplace_back(std::move(*name), std::move(*value));
  }
  return parameters;
}

std::vector<std::string_view> path_segments(std::string_view path) {
  std::vector<std::string_view> segments;
  if (path.starts_with('/')) path.remove_prefix(1);
  for (;;) {
    auto slash = path.find('/');
    segments.push_back(path.substr(0, slash));
    if (slash == std::string_view::npos) return segments;
    path.remove_prefix(slash + 1);
  }
}

std::string_view cookie_value(std::string_view header, std::string_view name) {
  while (!header.empty()) {
    auto pair = take_until(header, ';');
    if (trimmed(take_until(pair, '=')) == name) return trimmed(pair);
  }
  return {};
}

bool accepts_gzip(std::string_view header) {
  bool any = false;
  while (!header.empty()) {
    auto parameters = take_until(header, ',');
    auto coding = trimmed(take_until(parameters, ';'));
    if (same_word(coding, "gzip") || same_word(coding, "x-gzip")) return has_weight(parameters);
    if (coding == "*") any = has_weight(parameters);
  }
  return any;
}

bool names_etag(std::string_view header, std::string_view etag) {
  if (trimmed(header) == "*") return true;
  // Our own tags hold no comma, so a list may be split at each.
  while (!header.empty())
    if (strong_part(trimmed(take_until(header, ','))) == strong_part(etag)) return true;
  return false;
}

} // namespace floorwalker
