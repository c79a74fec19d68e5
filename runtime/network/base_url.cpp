#include "runtime/network/base_url.hpp"

#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace floorwalker {
namespace {

constexpr std::uint16_t port_http = 80;
constexpr std::uint16_t port_https = 443;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

[[noreturn]] void refuse(std::string_view text, std::string_view why) {
  // A URL may carry a password: everything up to the last "@" is left out of the text.
  auto shown = text.substr(text.rfind('@') == text.npos ? 0 : text.rfind('@') + 1);
  throw std::invalid_argument("expected https://host or http://host with an optional port, found \"" +
                              std::string{shown} + "\": " + std::string{why});
}

bool is_name(std::string_view host) {
  return !host.empty() && host.size() <= 253 && std::ranges::all_of(host, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
  });
}

} // namespace

base_url parse_base_url(std::string_view text) {
  base_url url;
  auto rest = text;
  std::string start{text.substr(0, 8)};
  std::ranges::transform(start, start.begin(), lower);
  if (start == "https://") {
    rest.remove_prefix(8);
  } else if (start.starts_with("http://")) {
    rest.remove_prefix(7);
    url.tls = false;
    url.port = port_http;
  } else {
    refuse(text, "the scheme is missing or another");
  }
  if (rest.find('@') != rest.npos) refuse(text, "a user name in a URL is not supported");
  if (rest.ends_with('/')) rest.remove_suffix(1);
  if (rest.find_first_of("/?#") != rest.npos) refuse(text, "there is a path");

  std::string_view port;
  if (rest.starts_with('[')) {
    auto end = rest.find(']');
    if (end == rest.npos) refuse(text, "the bracket is not closed");
    url.host = rest.substr(1, end - 1);
    rest.remove_prefix(end + 1);
    boost::system::error_code ec;
    boost::asio::ip::make_address_v6(url.host, ec);
    if (ec) refuse(text, "what stands in brackets is no IPv6 address");
    url.is_address = true;
    if (!rest.empty() && rest.front() != ':') refuse(text, "only a port may follow the bracket");
    port = rest;
  } else {
    auto colon = rest.find(':');
    url.host = rest.substr(0, colon);
    port = colon == rest.npos ? std::string_view{} : rest.substr(colon);
    std::ranges::transform(url.host, url.host.begin(), lower);
    boost::system::error_code ec;
    boost::asio::ip::make_address_v4(url.host, ec);
    url.is_address = !ec;
    if (!is_name(url.host)) refuse(text, "the host is empty or not a name (IPv6 addresses stand in brackets)");
  }
  if (!port.empty()) {
    port.remove_prefix(1);
    auto [end, ec] = std::from_chars(port.data(), port.data() + port.size(), url.port);
    if (ec != std::errc{} || end != port.data() + port.size() || url.port == 0)
      refuse(text, "the port is not 1 to 65535");
  }
  return url;
}

std::string base_url::authority() const {
  if (port != (tls ? port_https : port_http)) return host_and_port();
  return host.find(':') == host.npos ? host : "[" + host + "]";
}

std::string base_url::host_and_port() const {
  auto name = host.find(':') == host.npos ? host : "[" + host + "]";
  return name + ":" + std::to_string(port);
}

std::string base_url::http_text() const { return (tls ? "https://" : "http://") + authority(); }

std::string base_url::websocket_text() const { return (tls ? "wss://" : "ws://") + authority(); }

bool base_url::is_loopback() const {
  if (host == "localhost") return true;
  boost::system::error_code ec;
  auto address = boost::asio::ip::make_address(host, ec);
  return !ec && address.is_loopback();
}

} // namespace floorwalker
