// A gateway that does what a test tells it, byte by byte, on a thread of its own with blocking sockets.
#pragma once

#include "test_certificates.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <source_location>
#include <string>
#include <string_view>
#include <thread>

namespace floorwalker::test {

/// An unmasked frame, as servers send them.
std::string frame(int opcode, std::string_view payload, bool fin = true);
inline std::string text_frame(std::string_view payload) { return frame(1, payload); }
/// A close frame's payload follows the code.
std::string server_close(std::uint16_t code, std::string_view reason = {});
/// The 101 answer to an upgrade request.
std::string upgrade_answer(std::string_view request);

/// What a script expects. Boost.Test's checks are for one thread only, so a script's go through its gateway, which
/// reports the line that failed.
void demand(bool holds, std::source_location where = std::source_location::current());

struct client_frame {
  int opcode = -1; ///< -1: the connection ended instead
  std::string payload;
  std::uint16_t close_code() const;
};

/// The server's end of one connection. Reads give up after 10 s; every call but `reset` may throw.
class gateway_connection {
public:
  gateway_connection(boost::asio::ip::tcp::socket socket, boost::asio::ssl::context* tls);

  std::string read_head(); ///< an HTTP header, with its blank line
  std::string read_bytes(std::size_t size);
  client_frame read_frame();
  bool ended(); ///< reads until the client ends the connection
  void write(std::string_view bytes);
  /// Writes until the client reads no more or `total` bytes are gone; true if all went.
  bool write_without_blocking(std::string_view bytes, std::size_t total);
  void finish(); ///< FIN (after close_notify in TLS)
  void reset();  ///< RST
  boost::asio::ip::tcp::socket& socket() { return socket_; }

  /// Upgrade and subscription, answered with 101 and an acknowledgement; returns the subscription.
  std::string subscribe_client();
  std::string request_head; ///< of the upgrade, after subscribe_client

private:
  std::size_t read_some(char* to, std::size_t size); ///< 0: ended

  boost::asio::ip::tcp::socket socket_;
  std::optional<boost::asio::ssl::stream<boost::asio::ip::tcp::socket&>> tls_;
  std::string ahead_;
};

/// Listens on 127.0.0.1 and runs the script for each of `connections` clients, one after the other. The destructor
/// waits for the thread; an exception in the script fails the test.
class scripted_gateway {
public:
  using script = std::function<void(gateway_connection&)>;
  explicit scripted_gateway(script run, const certificate* tls = nullptr, int connections = 1);
  ~scripted_gateway();

  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
  std::string url() const; ///< http or https, by address
  void join();

private:
  boost::asio::io_context context_;
  boost::asio::ip::tcp::acceptor acceptor_;
  std::optional<boost::asio::ssl::context> tls_;
  std::thread thread_;
  std::string failure_;
};

} // namespace floorwalker::test
