// A client's connection, plain or TLS: what the server needs of a socket.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>

#include <cstddef>
#include <memory>

namespace floorwalker {

/// One read and one write may be under way at a time. HTTP thread only.
class client_wire {
public:
  struct moved {
    boost::system::error_code error;
    std::size_t bytes = 0;
  };

  virtual ~client_wire() = default;
  virtual boost::asio::awaitable<boost::system::error_code> handshake() = 0;
  /// Waits until there is something to read, without a buffer for it where that is possible.
  virtual boost::asio::awaitable<boost::system::error_code> wait_for_bytes() = 0;
  virtual boost::asio::awaitable<moved> read_some(boost::asio::mutable_buffer to) = 0;
  virtual boost::asio::awaitable<moved> write_some(boost::asio::const_buffer from) = 0;
  /// Tells the client that nothing more comes.
  virtual boost::asio::awaitable<void> end_sending() = 0;
  virtual boost::asio::ip::tcp::socket& socket() = 0;

  /// Ends what is under way; the connection can still be used to say why.
  void cancel();
  /// Ends the connection.
  void close();
};

std::unique_ptr<client_wire> make_plain_wire(boost::asio::ip::tcp::socket socket);
std::unique_ptr<client_wire> make_tls_wire(boost::asio::ip::tcp::socket socket,
                                           std::shared_ptr<boost::asio::ssl::context> context);

} // namespace floorwalker
