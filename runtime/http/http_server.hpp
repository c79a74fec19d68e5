// The HTTP/1.1 server: sockets, TLS, limits, security; what is answered comes from its routes.
#pragma once

#include "runtime/http/access_control.hpp"
#include "runtime/http/http_routes.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace floorwalker {

/// What a client may cost. A limit of time ends the connection; of size, the request (413, 431).
struct server_limits {
  std::size_t connections = 2048; ///< more: the one idle longest makes room, or the new one gets a 503
  std::size_t head_bytes = 16 * 1024;
  std::size_t body_bytes = 64 * 1024;
  std::size_t stream_bytes = 256 * 1024;       ///< that wait for a stream's client
  std::chrono::milliseconds head_time{10'000}; ///< from the first byte, or the connection, to the whole head; handshake
  std::chrono::milliseconds body_time{10'000};
  std::chrono::milliseconds idle_time{60'000};   ///< between requests
  std::chrono::milliseconds answer_time{30'000}; ///< for a handler; then 503
  std::chrono::milliseconds send_time{30'000};   ///< without a byte taken by the client
  std::chrono::milliseconds stream_pace{25};     ///< writes to streams are gathered so long; 0: sent at once
};

struct server_options {
  std::string host = "127.0.0.1"; ///< an address or a name; names are looked up once
  std::uint16_t port = 0;         ///< 0: the system picks
  std::string tls_certificate;    ///< PEM chain; empty: plain HTTP
  std::string tls_key;
  std::vector<std::string> hosts; ///< further names that requests may be addressed to (behind a proxy)
  server_limits limits;
};

/// Serves on a thread of its own from construction on.
class http_server {
public:
  /// Throws std::runtime_error with one clause on what failed: the address, the certificate.
  /// `access` is shared with whoever reloads the tokens.
  http_server(server_options options, http_routes routes, std::shared_ptr<access_control> access);
  /// Stops without grace.
  ~http_server();
  http_server(const http_server&) = delete;
  http_server& operator=(const http_server&) = delete;

  /// The port that is listened on.
  std::uint16_t port() const;
  /// "http://127.0.0.1:8080"
  std::string url() const;

  /// Reads certificate and key again; later connections get the new ones. Gives one clause on what is wrong, then the
  /// old ones stay; or nothing. Any thread; reads the disk.
  std::string reload_certificate();

  /// Accepts no more, ends idle connections, lets answers under way and what waits in streams finish, for at most
  /// `grace`. Blocks until all is over; no handler or stream event runs afterwards. Not from the HTTP thread.
  void stop(std::chrono::milliseconds grace);

private:
  class service;
  std::unique_ptr<service> service_;
};

} // namespace floorwalker
