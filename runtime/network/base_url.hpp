// Where a platform or a proxy listens, taken from a URL without path.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace floorwalker {

/// Scheme, host and port of a platform. `https` goes with `wss` on the same port, `http` with `ws` (RFC 6455 §3).
struct base_url {
  bool tls = true;
  std::string host; ///< lower case; IPv6 literals without brackets
  std::uint16_t port = 443;
  bool is_address = false; ///< the host is an IPv4 or IPv6 literal

  /// As in a Host header: IPv6 in brackets, the scheme's own port left out (RFC 9110 §7.2).
  std::string authority() const;
  /// With the port in any case, as CONNECT wants it (RFC 9110 §9.3.6).
  std::string host_and_port() const;
  std::string http_text() const;      ///< "https://…" or "http://…"
  std::string websocket_text() const; ///< "wss://…" or "ws://…"
  /// True for localhost, 127.0.0.0/8 and ::1.
  bool is_loopback() const;
};

/// Reads "https://host[:port]" or "http://host[:port]"; one trailing slash is allowed.
/// Throws std::invalid_argument whose text says what was expected and found.
base_url parse_base_url(std::string_view text);

} // namespace floorwalker
