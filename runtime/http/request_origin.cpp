#include "runtime/http/request_origin.hpp"

#include "runtime/configuration/text_forms.hpp"

#include <algorithm>

namespace floorwalker {
namespace {

bool same_host(std::string_view one, std::string_view other) { return ascii_lower(one) == ascii_lower(other); }

std::string_view without_brackets(std::string_view host) {
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') return host.substr(1, host.size() - 2);
  return host;
}

/// The authority without the scheme's own port, so that "wall:443" over https is "wall".
std::string_view without_default_port(std::string_view authority, std::string_view scheme) {
  std::string_view port = scheme == "https" ? ":443" : ":80";
  if (authority.ends_with(port)) authority.remove_suffix(port.size());
  return authority;
}

} // namespace

served_hosts hosts_of(std::string_view listen_host, const std::vector<std::string>& configured) {
  served_hosts hosts{false, configured};
  if (is_loopback_name(listen_host)) return hosts;
  hosts.any = configured.empty();
  hosts.names.emplace_back(without_brackets(listen_host));
  return hosts;
}

std::string_view host_of_authority(std::string_view authority) {
  auto host = authority;
  std::string_view port;
  if (authority.starts_with('[')) {
    auto end = authority.find(']');
    if (end == std::string_view::npos) return {};
    host = authority.substr(0, end + 1);
    port = authority.substr(end + 1);
  } else if (auto colon = authority.find(':'); colon != std::string_view::npos) {
    host = authority.substr(0, colon);
    port = authority.substr(colon);
  }
  if (!port.empty() && (port.front() != ':' || port.find_first_not_of("0123456789", 1) != std::string_view::npos))
    return {};
  if (host.find_first_of("/\\@?#, \t") != std::string_view::npos) return {};
  return host;
}

bool is_loopback_name(std::string_view host) {
  host = without_brackets(host);
  if (host.ends_with('.')) host.remove_suffix(1);
  constexpr std::string_view below = ".localhost"; // RFC 6761 §6.3: never leaves the machine
  if (host.size() > below.size() && same_host(host.substr(host.size() - below.size()), below)) return true;
  return is_loopback_host(host);
}

bool serves_host(const served_hosts& hosts, std::string_view authority) {
  auto host = host_of_authority(authority);
  if (host.empty()) return false;
  if (hosts.any || is_loopback_name(host)) return true;
  return std::any_of(hosts.names.begin(), hosts.names.end(), [&](const std::string& name) {
    return same_host(without_brackets(host), without_brackets(name));
  });
}

bool is_own_origin(std::string_view origin, std::string_view fetch_site, std::string_view authority, bool reads_only) {
  if (!origin.empty()) {
    auto scheme_end = origin.find("://");
    if (scheme_end == std::string_view::npos) return false; // "null": a sandboxed page, a file
    auto scheme = origin.substr(0, scheme_end);
    if (scheme != "http" && scheme != "https") return false;
    if (host_of_authority(origin.substr(scheme_end + 3)).empty()) return false;
    // The scheme itself is not compared: before a proxy that ends TLS it is https, behind it http.
    return same_host(without_default_port(origin.substr(scheme_end + 3), scheme),
                     without_default_port(authority, scheme));
  }
  // Reading without an Origin is a link or an image: no page can look at the answer.
  return reads_only || fetch_site.empty() || fetch_site == "same-origin" || fetch_site == "none";
}

} // namespace floorwalker
