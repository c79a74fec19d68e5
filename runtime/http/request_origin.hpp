// Whether a request was meant for this server: its Host and Origin, against DNS rebinding and foreign pages. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace floorwalker {

/// The names a server answers to.
struct served_hosts {
  /// Any host; else loopback's names and addresses, and `names`.
  bool any = false;
  std::vector<std::string> names; ///< without port; compared without regard to case
};

/// What a server that listens on `listen_host` answers to: on loopback its names and addresses and the configured ones;
/// elsewhere the same with `listen_host` if names are configured, else any. (A page that rebinds its name to a server
/// elsewhere brings neither its cookie nor a certificate of that name.)
served_hosts hosts_of(std::string_view listen_host, const std::vector<std::string>& configured);

/// The host of "host:port", "[::1]:80" or a bare host; empty if it is none.
std::string_view host_of_authority(std::string_view authority);
/// localhost and names below it, 127.0.0.0/8, ::1 with or without brackets.
bool is_loopback_name(std::string_view host);

/// Whether a request to this Host (or authority) may be answered at all.
bool serves_host(const served_hosts& hosts, std::string_view authority);

/// Whether a browser says that the request comes from our own page. `origin` and `fetch_site` are the headers' values,
/// empty if absent: clients that are no browsers send neither, and are no danger, since nobody can misuse them from afar.
bool is_own_origin(std::string_view origin, std::string_view fetch_site, std::string_view authority, bool reads_only);

} // namespace floorwalker
