// A connection's bytes, with TLS or without.
#pragma once

#include <optional>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>

namespace floorwalker::simulator {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;

/// Reads and writes like Asio's own streams; which kind it is, is decided once. One thread.
class wire_stream {
public:
  using executor_type = asio::any_io_executor;

  /// Takes an accepted socket; `tls` is null for plain connections.
  wire_stream(tcp::socket socket, asio::ssl::context* tls) : socket_{std::move(socket)} {
    if (tls != nullptr) tls_.emplace(socket_, *tls);
  }
  wire_stream(const wire_stream&) = delete;
  wire_stream& operator=(const wire_stream&) = delete;

  executor_type get_executor() { return socket_.get_executor(); }
  tcp::socket& socket() { return socket_; }
  bool is_tls() const { return tls_.has_value(); }
  asio::ssl::stream<tcp::socket&>& tls() { return *tls_; }

  template <class Buffers, class Token>
  auto async_read_some(const Buffers& buffers, Token&& token) {
    if (tls_) return tls_->async_read_some(buffers, std::forward<Token>(token));
    return socket_.async_read_some(buffers, std::forward<Token>(token));
  }

  template <class Buffers, class Token>
  auto async_write_some(const Buffers& buffers, Token&& token) {
    if (tls_) return tls_->async_write_some(buffers, std::forward<Token>(token));
    return socket_.async_write_some(buffers, std::forward<Token>(token));
  }

private:
  tcp::socket socket_;
  std::optional<asio::ssl::stream<tcp::socket&>> tls_;
};

} // namespace floorwalker::simulator
