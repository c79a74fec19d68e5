// TLS over a TCP socket.
#pragma once

#include <boost/asio/compose.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/system/error_code.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>

struct ssl_ctx_st; // OpenSSL's SSL_CTX
struct ssl_st;     // OpenSSL's SSL

namespace floorwalker {

using tcp_socket = boost::asio::ip::tcp::socket;

/// Reads what has arrived, without waiting: would_block if nothing has, eof at the peer's end.
std::size_t read_now(tcp_socket& socket, std::span<char> to, boost::system::error_code& error);
/// True if read_now may give bytes, or the end, without the system's saying that something has arrived.
inline bool holds_bytes(const tcp_socket&) { return false; }

/// The side that a connection's handshake is on.
enum class tls_role : std::uint8_t { client, server };

/// A TLS connection that reads and writes its socket itself. Asio's own stream reads one record at a time through two
/// more buffers, and keeps 68 KiB of them for each connection; this one takes what has arrived in one call of the
/// system, and keeps nothing while nothing comes. One strand; one reader and one writer at a time.
///
/// Errors are as with Asio's: eof at the peer's close_notify (RFC 8446 §6.1), stream_truncated where TCP ends before
/// it, else the system's or OpenSSL's own. Neither moved nor destroyed while an operation is under way.
class tls_socket {
public:
  using next_layer_type = tcp_socket;
  using executor_type = tcp_socket::executor_type;

  /// Throws std::bad_alloc if OpenSSL has no memory.
  tls_socket(tcp_socket socket, ssl_ctx_st* context, tls_role role = tls_role::client);
  tls_socket(tls_socket&&) noexcept = default;
  tls_socket& operator=(tls_socket&&) = delete;
  ~tls_socket();

  executor_type get_executor() { return connection_->socket.get_executor(); }
  tcp_socket& next_layer() { return connection_->socket; }
  const tcp_socket& next_layer() const { return connection_->socket; }
  ssl_st* native_handle() const { return connection_->ssl.get(); }

  /// As for a TCP socket: decrypts what has arrived.
  std::size_t read_now(std::span<char> to, boost::system::error_code& error);
  /// True if whole records, or the end, wait in memory. Of a part of a record nothing can be given yet.
  bool holds_bytes() const;

  template <class Token>
  auto async_handshake(Token&& token) {
    return repeat<void(error_code)>(
        std::forward<Token>(token), [this] { return shake_hands(); },
        [](auto& self, const step& last) { self.complete(last.error); });
  }
  /// Says close_notify and waits for the peer's.
  template <class Token>
  auto async_shutdown(Token&& token) {
    return repeat<void(error_code)>(
        std::forward<Token>(token), [this] { return say_end(); },
        [](auto& self, const step& last) { self.complete(last.error); });
  }
  template <class Buffers, class Token>
  auto async_write_some(const Buffers& from, Token&& token) {
    auto bytes = first_of<boost::asio::const_buffer>(from);
    return repeat<void(error_code, std::size_t)>(
        std::forward<Token>(token), [this, bytes] { return write(bytes); }, complete_with_size);
  }
  template <class Buffers, class Token>
  auto async_read_some(const Buffers& to, Token&& token) {
    auto room = first_of<boost::asio::mutable_buffer>(to);
    return repeat<void(error_code, std::size_t)>(
        std::forward<Token>(token), [this, room] { return read(room); }, complete_with_size);
  }

private:
  using error_code = boost::system::error_code;

  enum class outcome : std::uint8_t { done, wants_read, wants_write };
  struct step {
    outcome what = outcome::done;
    error_code error;
    std::size_t size = 0;
  };

  struct ssl_release {
    void operator()(ssl_st* ssl) const;
  };
  /// Apart, since OpenSSL refers to it and the stream is moved.
  struct connection {
    explicit connection(tcp_socket over) : socket{std::move(over)} {}
    tcp_socket socket;
    std::unique_ptr<ssl_st, ssl_release> ssl;
    error_code read_failure; ///< of the socket
    error_code write_failure;
    error_code end;               ///< what ended reading: told again to whoever reads on
    bool wants_more = false;      ///< the last read came to nothing, or to a part of a record
    bool socket_gave_all = false; ///< within one step: the socket gave less than there was room for
  };

  step shake_hands();
  step say_end();
  step write(boost::asio::const_buffer from);
  step read(boost::asio::mutable_buffer to);
  step read_on(boost::asio::mutable_buffer to);
  step result_of(int result, const error_code& socket_failure, std::size_t size = 0);

  static constexpr auto complete_with_size = [](auto& self, const step& last) { self.complete(last.error, last.size); };

  /// The first buffer that is not empty.
  template <class Buffer, class Buffers>
  static Buffer first_of(const Buffers& all) {
    auto end = boost::asio::buffer_sequence_end(all);
    for (auto at = boost::asio::buffer_sequence_begin(all); at != end; ++at)
      if (Buffer each{*at}; each.size() > 0) return each;
    return {};
  }

  /// Does `act` again each time the socket is ready for what it wanted. Completes on the executor and not within.
  template <class Signature, class Token, class Act, class Complete>
  auto repeat(Token&& token, Act act, Complete complete) {
    return boost::asio::async_compose<Token, Signature>(
        [this, act, complete, last = step{}, acted = false, ready = false](auto& self, error_code error = {}) mutable {
          if (ready) return complete(self, last);
          last = error ? step{outcome::done, error, 0} : act();
          switch (last.what) {
          case outcome::wants_read:
            acted = true;
            return connection_->socket.async_wait(tcp_socket::wait_read, std::move(self));
          case outcome::wants_write:
            acted = true;
            return connection_->socket.async_wait(tcp_socket::wait_write, std::move(self));
          case outcome::done:
            break;
          }
          if (acted) return complete(self, last);
          ready = true;
          boost::asio::post(get_executor(), std::move(self));
        },
        token, connection_->socket);
  }

  friend struct tls_transport; ///< what OpenSSL reads and writes through
  std::unique_ptr<connection> connection_;
};

inline std::size_t read_now(tls_socket& socket, std::span<char> to, boost::system::error_code& error) {
  return socket.read_now(to, error);
}
inline bool holds_bytes(const tls_socket& socket) { return socket.holds_bytes(); }

} // namespace floorwalker
