#include "runtime/configuration/text_forms.hpp"

#include "messages/wire/utf8.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <numeric>
#include <vector>

namespace floorwalker {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_letter(char c) { return is_lower(c) || (c >= 'A' && c <= 'Z'); }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

template <class Predicate>
bool all_of(std::string_view text, Predicate predicate) {
  return std::all_of(text.begin(), text.end(), predicate);
}

std::string escaped(std::string_view text) {
  std::string result = "\"";
  for (char c : text) {
    switch (c) {
    case '"':
    case '\\':
      result += {'\\', c};
      break;
    case '\n':
      result += "\\n";
      break;
    case '\r':
      result += "\\r";
      break;
    case '\t':
      result += "\\t";
      break;
    default:
      result += c;
    }
  }
  return result += '"';
}

/// An IPv6 address, or a name or IPv4 address: letters, digits, hyphens and dots.
bool is_host(std::string_view host, bool bracketed) {
  if (bracketed) {
    in6_addr address;
    return inet_pton(AF_INET6, std::string{host}.c_str(), &address) == 1;
  }
  return !host.empty() && host.size() <= 253 && host.front() != '.' && host.front() != '-' &&
         all_of(host, [](char c) { return is_letter(c) || is_digit(c) || c == '-' || c == '.' || c == '_'; });
}

struct authority {
  std::string host;
  std::optional<std::uint16_t> port;
};

std::optional<authority> parse_authority(std::string_view text, std::uint16_t lowest_port = 1) {
  bool bracketed = text.starts_with('[');
  std::string_view host;
  if (bracketed) {
    auto close = text.find(']');
    if (close == std::string_view::npos) return {};
    host = text.substr(1, close - 1);
    text.remove_prefix(close + 1);
  } else {
    host = text.substr(0, text.find(':'));
    text.remove_prefix(host.size());
  }
  if (!is_host(host, bracketed)) return {};
  authority result{std::string{host}, {}};
  if (text.empty()) return result;
  if (!text.starts_with(':')) return {};
  text.remove_prefix(1);
  std::uint16_t port = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc{} || end != text.data() + text.size() || port < lowest_port) return {};
  result.port = port;
  return result;
}

std::optional<host_and_port> with_port(std::optional<authority> parsed) {
  if (!parsed || !parsed->port) return {};
  return host_and_port{std::move(parsed->host), *parsed->port};
}

/// Letters inserted, removed, replaced, or exchanged with their neighbour: the slips of a typing hand.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before_last;
  std::vector<std::size_t> last(b.size() + 1);
  std::iota(last.begin(), last.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::vector<std::size_t> row(b.size() + 1, i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      auto replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, replaced});
      bool exchanged = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (exchanged) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
    before_last = std::move(last);
    last = std::move(row);
  }
  return last.back();
}

} // namespace

std::string quoted(std::string_view text) { return escaped(text); }

std::string printable_value(std::string_view text) {
  constexpr std::size_t limit = 80;
  bool cut = text.size() > limit;
  text = text.substr(0, limit);
  while (cut && !text.empty() && !wire::is_utf8(text)) text.remove_suffix(1); // whole characters only
  std::string safe;
  for (char c : text) {
    if (is_control(c) || !wire::is_utf8(text))
      safe += is_control(c) || (c & 0x80) ? fmt::format("\\x{:02x}", static_cast<unsigned char>(c)) : std::string{c};
    else
      safe += c == '"' ? "\\\"" : std::string{c};
  }
  return fmt::format("\"{}{}\"", safe, cut ? "…" : "");
}

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= 64 && text.find_first_not_of('.') != std::string_view::npos &&
         all_of(text, [](char c) { return is_letter(c) || is_digit(c) || c == '.' || c == '_' || c == '-'; });
}

bool is_agent_id(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;
    if (hyphen ? text[i] != '-' : !is_hex(text[i])) return false;
  }
  return true;
}

bool is_region(std::string_view text) {
  return !text.empty() && text.size() <= 32 && is_lower(text.front()) && text.back() != '-' &&
         text.find("--") == std::string_view::npos &&
         all_of(text, [](char c) { return is_lower(c) || is_digit(c) || c == '-'; });
}

bool is_variable_name(std::string_view text) {
  return !text.empty() && !is_digit(text.front()) &&
         all_of(text, [](char c) { return is_letter(c) || is_digit(c) || c == '_'; });
}

bool is_header_text(std::string_view text) {
  auto printable = [](char c) { return c >= ' ' && c <= '~'; };
  return !text.empty() && text.size() <= 200 && std::all_of(text.begin(), text.end(), printable) &&
         text.front() != ' ' && text.back() != ' ';
}

bool is_oauth_scope(std::string_view text) {
  return is_header_text(text) && text.find_first_of(" \"\\") == std::string_view::npos;
}

bool is_state_name(std::string_view text) {
  return !text.empty() && text.size() <= 128 && wire::is_utf8(text) &&
         !std::any_of(text.begin(), text.end(), is_control);
}

std::optional<host_and_port> parse_host_and_port(std::string_view text) { return with_port(parse_authority(text)); }

std::optional<host_and_port> parse_listen_address(std::string_view text) { return with_port(parse_authority(text, 0)); }

std::optional<url_parts> parse_url(std::string_view text) {
  url_parts url;
  if (text.starts_with("https://"))
    url.scheme = "https";
  else if (text.starts_with("http://"))
    url.scheme = "http";
  else
    return {};
  text.remove_prefix(url.scheme.size() + 3);
  auto end = std::min(text.find_first_of("/?#"), text.size());
  auto place = text.substr(0, end);
  if (auto at = place.rfind('@'); at != std::string_view::npos) {
    url.user_info = true;
    place.remove_prefix(at + 1);
  }
  auto parsed = parse_authority(place);
  if (!parsed) return {};
  url.host = std::move(parsed->host);
  url.port = parsed->port;
  url.path = std::string{text.substr(end)};
  if (!std::ranges::all_of(url.path, [](char c) { return c > ' ' && c < '\x7f' && c != '#'; })) return {};
  return url;
}

bool is_loopback_host(std::string_view host) {
  if (ascii_lower(host) == "localhost") return true;
  in_addr v4;
  if (inet_pton(AF_INET, std::string{host}.c_str(), &v4) == 1) return (ntohl(v4.s_addr) >> 24) == 127;
  in6_addr v6;
  return inet_pton(AF_INET6, std::string{host}.c_str(), &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6) != 0;
}

std::optional<std::string> nearest_word(std::string_view word, std::span<const std::string> known) {
  if (word.empty()) return {};
  std::size_t best = std::min<std::size_t>(2, (word.size() - 1) / 2);
  std::optional<std::string> nearest;
  for (auto& candidate : known) {
    auto distance = edit_distance(word, candidate);
    if (distance > best || (nearest && distance == best)) continue;
    best = distance;
    nearest = candidate;
  }
  return nearest;
}

std::string ascii_lower(std::string_view text) {
  std::string lower{text};
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return lower;
}

} // namespace floorwalker
