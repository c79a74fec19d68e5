#include "runtime/configuration/proxy_choice.hpp"

#include "runtime/configuration/text_forms.hpp"

namespace floorwalker {
namespace {

bool entry_matches(std::string_view entry, std::string_view host, std::uint16_t port) {
  if (entry == "*") return true;
  std::string pattern{entry};
  if (auto with_port = parse_host_and_port(entry)) {
    if (with_port->port != port) return false;
    pattern = with_port->host;
  } else if (pattern.starts_with('[') && pattern.ends_with(']')) {
    pattern = pattern.substr(1, pattern.size() - 2);
  }
  if (pattern.starts_with("*.")) pattern.erase(0, 1);
  auto name = ascii_lower(host);
  pattern = ascii_lower(pattern);
  if (pattern.starts_with('.')) return name.ends_with(pattern) || name == std::string_view{pattern}.substr(1);
  return name == pattern || name.ends_with("." + pattern);
}

} // namespace

bool excepted_from_proxy(std::string_view no_proxy, std::string_view host, std::uint16_t port) {
  constexpr std::string_view separators = ", \t";
  while (true) {
    auto begin = no_proxy.find_first_not_of(separators);
    if (begin == std::string_view::npos) return false;
    no_proxy.remove_prefix(begin);
    auto entry = no_proxy.substr(0, no_proxy.find_first_of(separators));
    if (entry_matches(entry, host, port)) return true;
    no_proxy.remove_prefix(entry.size());
  }
}

} // namespace floorwalker
