// Which addresses a webhook is posted to when private targets are not allowed. Pure: no I/O.
#pragma once

#include <boost/asio/ip/address.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace floorwalker {

/// What keeps `address` from being a host of the public internet: "loopback", "in a private network", …; empty for one that
/// is public. By IANA's registries of special-purpose addresses (RFC 6890 and successors). Of IPv6 only what is handed
/// out as global unicast (2000::/3) is public, and NAT64 addresses (RFC 6052) are what they embed.
std::string_view private_range(const boost::asio::ip::address& address);

/// Where a receiver may be.
struct target_rules {
  bool allow_private = false;
  bool tls = true; ///< without it only loopback is allowed, whatever a name resolves to
};

/// Those of the addresses that a host resolved to which may be connected to, in their order.
struct chosen_targets {
  std::vector<boost::asio::ip::address> allowed;
  std::string refusal; ///< why one was left out, as a clause; empty if none was
};

chosen_targets choose_targets(const std::vector<boost::asio::ip::address>& found, const target_rules& rules);

} // namespace floorwalker
