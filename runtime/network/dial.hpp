// From a platform's URL to a connection that is ready to speak HTTP.
#pragma once

#include "runtime/network/deadline.hpp"
#include "runtime/network/platform_access.hpp"
#include "runtime/network/tls_socket.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <vector>

namespace floorwalker {

/// Tries the addresses in turn, each with its share of 10 s. The socket lives on the coroutine's executor and has
/// TCP_NODELAY. Throws network_failure with one clause, also if there is no address. `time` must outlive the coroutine.
boost::asio::awaitable<tcp_socket> connect_to_any(std::vector<boost::asio::ip::tcp::endpoint> addresses,
                                                  deadline& time);

/// Resolves the host (IPv6 and IPv4) and connects to one of its addresses as above; goes through the proxy if there
/// is one (CONNECT). Throws network_failure with one clause. The arguments must outlive the coroutine.
boost::asio::awaitable<tcp_socket> dial(const platform_access& access, deadline& time);

/// The TLS handshake with the platform's host, within 10 s. Throws network_failure. The arguments must outlive the
/// coroutine.
boost::asio::awaitable<tls_socket> secure(tcp_socket socket, const platform_access& access, deadline& time);

} // namespace floorwalker
