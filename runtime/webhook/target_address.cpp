#include "runtime/webhook/target_address.hpp"

#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>

#include <array>
#include <cstdint>
#include <vector>

namespace floorwalker {
namespace {

namespace ip = boost::asio::ip;

constexpr std::string_view loopback = "loopback";
constexpr std::string_view private_network = "in a private network";
constexpr std::string_view shared_network = "in a provider's shared network";
constexpr std::string_view link_local = "link-local";
constexpr std::string_view unspecified = "unspecified";
constexpr std::string_view multicast = "multicast";
constexpr std::string_view documentation = "reserved for documentation";
constexpr std::string_view reserved = "reserved";
constexpr std::string_view mapped = "an IPv4 address in IPv6";

template <class Network>
struct special_range {
  Network network;
  std::string_view kind;
};

const std::vector<special_range<ip::network_v4>>& special_v4() {
  static const std::vector<special_range<ip::network_v4>> ranges = [] {
    std::vector<special_range<ip::network_v4>> made;
    for (auto [text, kind] : std::initializer_list<std::pair<const char*, std::string_view>>{
             {"0.0.0.0/8", unspecified},         // RFC 791: "this network"; 0.0.0.0 reaches this machine
             {"10.0.0.0/8", private_network},    // RFC 1918
             {"100.64.0.0/10", shared_network},  // RFC 6598
             {"127.0.0.0/8", loopback},          // RFC 1122
             {"169.254.0.0/16", link_local},     // RFC 3927; clouds serve their metadata there
             {"172.16.0.0/12", private_network}, // RFC 1918
             {"192.0.0.0/24", reserved},         // RFC 6890
             {"192.0.2.0/24", documentation},    // RFC 5737
             {"192.88.99.0/24", reserved},       // RFC 7526, once 6to4's relays
             {"192.168.0.0/16", private_network},
             {"198.18.0.0/15", private_network}, // RFC 2544: benchmarks
             {"198.51.100.0/24", documentation},
             {"203.0.113.0/24", documentation},
             {"224.0.0.0/4", multicast},
             {"240.0.0.0/4", reserved}, // RFC 1112, with the broadcast address
         })
      made.push_back({ip::make_network_v4(text), kind});
    return made;
  }();
  return ranges;
}

/// Only those whose name says more than "reserved", which everything outside 2000::/3 is, or that lie within it.
const std::vector<special_range<ip::network_v6>>& special_v6() {
  static const std::vector<special_range<ip::network_v6>> ranges = [] {
    std::vector<special_range<ip::network_v6>> made;
    for (auto [text, kind] : std::initializer_list<std::pair<const char*, std::string_view>>{
             {"::/128", unspecified},
             {"::1/128", loopback},
             {"::ffff:0:0/96", mapped},        // RFC 4291; no name server has reason to answer so
             {"2001::/23", reserved},          // RFC 2928: Teredo, ORCHID, benchmarks and more
             {"2001:db8::/32", documentation}, // RFC 3849
             {"2002::/16", mapped},            // RFC 3056: 6to4
             {"3fff::/20", documentation},     // RFC 9637
             {"fc00::/7", private_network},    // RFC 4193: unique local
             {"fe80::/10", link_local},
             {"fec0::/10", private_network}, // RFC 3879: site-local, deprecated
             {"ff00::/8", multicast},
         })
      made.push_back({ip::make_network_v6(text), kind});
    return made;
  }();
  return ranges;
}

bool holds(const ip::network_v6& network, const ip::address_v6& address) {
  auto inner = address.to_bytes();
  auto outer = network.address().to_bytes();
  for (unsigned bit = 0; bit < network.prefix_length(); ++bit) {
    auto mask = 0x80U >> (bit % 8);
    if ((inner[bit / 8] & mask) != (outer[bit / 8] & mask)) return false;
  }
  return true;
}

bool holds(const ip::network_v4& network, const ip::address_v4& address) {
  return (address.to_uint() & network.netmask().to_uint()) == network.network().to_uint();
}

template <class Network, class Address>
std::string_view kind_in(const std::vector<special_range<Network>>& ranges, const Address& address) {
  for (auto& range : ranges)
    if (holds(range.network, address)) return range.kind;
  return {};
}

std::string_view private_range_v6(const ip::address_v6& address) {
  static const auto nat64 = ip::make_network_v6("64:ff9b::/96");
  static const auto global_unicast = ip::make_network_v6("2000::/3");
  if (holds(nat64, address)) {
    auto bytes = address.to_bytes();
    return kind_in(special_v4(), ip::address_v4{{bytes[12], bytes[13], bytes[14], bytes[15]}});
  }
  auto kind = kind_in(special_v6(), address);
  return kind.empty() && !holds(global_unicast, address) ? reserved : kind;
}

} // namespace

std::string_view private_range(const boost::asio::ip::address& address) {
  return address.is_v4() ? kind_in(special_v4(), address.to_v4()) : private_range_v6(address.to_v6());
}

chosen_targets choose_targets(const std::vector<boost::asio::ip::address>& found, const target_rules& rules) {
  chosen_targets chosen;
  for (auto& address : found) {
    auto kind = private_range(address);
    if (!kind.empty() && !rules.allow_private)
      chosen.refusal =
          "the address " + address.to_string() + " is " + std::string{kind} + ", and allow-private-targets is not set";
    else if (!rules.tls && !address.is_loopback())
      chosen.refusal = "the address " + address.to_string() + " is not loopback, and http is for loopback only";
    else
      chosen.allowed.push_back(address);
  }
  return chosen;
}

} // namespace floorwalker
