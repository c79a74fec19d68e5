#include "runtime/network/tls_socket.hpp"

#include <boost/asio/ssl/error.hpp>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <new>

namespace floorwalker {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

/// What is read from the socket at a time: a whole record (RFC 8446 §5.2). Behind each record OpenSSL moves all that it
/// has read ahead, so that more would cost more than it saves.
constexpr std::size_t read_ahead_bytes = 16'384 + 256 + 5;

error_code system_error(int number) { return {number, boost::system::system_category()}; }

} // namespace

std::size_t read_now(tcp_socket& socket, std::span<char> to, error_code& error) {
  error = {};
  if (to.empty()) return 0;
  for (;;) {
    auto got = ::recv(socket.native_handle(), to.data(), to.size(), MSG_DONTWAIT);
    if (got > 0) return static_cast<std::size_t>(got);
    if (got < 0 && errno == EINTR) continue;
    error = got == 0                                  ? error_code{asio::error::eof}
            : errno == EAGAIN || errno == EWOULDBLOCK ? error_code{asio::error::would_block}
                                                      : system_error(errno);
    return 0;
  }
}

/// The methods of OpenSSL's BIO over the socket of a connection.
struct tls_transport {
  using connection = tls_socket::connection;

  static connection& of(BIO* bio) { return *static_cast<connection*>(::BIO_get_data(bio)); }

  static int read(BIO* bio, char* to, std::size_t size, std::size_t* got) {
    auto& me = of(bio);
    ::BIO_clear_retry_flags(bio);
    *got = 0;
    if (me.read_failure) return 0; // the system tells of a reset once
    if (me.socket_gave_all) {
      ::BIO_set_retry_read(bio);
      return 0;
    }
    error_code error;
    *got = read_now(me.socket, {to, size}, error);
    me.socket_gave_all = *got > 0 && *got < size;
    if (*got > 0) return 1;
    if (error == asio::error::would_block)
      ::BIO_set_retry_read(bio);
    else
      me.read_failure = error;
    return 0;
  }

  static int write(BIO* bio, const char* from, std::size_t size, std::size_t* put) {
    auto& me = of(bio);
    ::BIO_clear_retry_flags(bio);
    for (;;) {
      auto sent = ::send(me.socket.native_handle(), from, size, MSG_DONTWAIT | MSG_NOSIGNAL);
      *put = sent > 0 ? static_cast<std::size_t>(sent) : 0;
      if (sent > 0) return 1;
      if (sent < 0 && errno == EINTR) continue;
      if (sent == 0 || errno == EAGAIN || errno == EWOULDBLOCK)
        ::BIO_set_retry_write(bio);
      else
        me.write_failure = system_error(errno);
      return 0;
    }
  }

  static long control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

  static const BIO_METHOD* methods() {
    struct release {
      void operator()(BIO_METHOD* made) const { ::BIO_meth_free(made); }
    };
    static const std::unique_ptr<BIO_METHOD, release> made = [] {
      std::unique_ptr<BIO_METHOD, release> fresh{
          ::BIO_meth_new(::BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "socket")};
      if (!fresh || ::BIO_meth_set_read_ex(fresh.get(), read) != 1 ||
          ::BIO_meth_set_write_ex(fresh.get(), write) != 1 || ::BIO_meth_set_ctrl(fresh.get(), control) != 1)
        throw std::bad_alloc{};
      return fresh;
    }();
    return made.get();
  }
};

void tls_socket::ssl_release::operator()(ssl_st* ssl) const { ::SSL_free(ssl); }

tls_socket::tls_socket(tcp_socket socket, ssl_ctx_st* context, tls_role role)
    : connection_{std::make_unique<connection>(std::move(socket))} {
  connection_->ssl.reset(::SSL_new(context));
  auto* bio = ::BIO_new(tls_transport::methods());
  if (!connection_->ssl || !bio) {
    ::BIO_free(bio);
    throw std::bad_alloc{};
  }
  ::BIO_set_data(bio, connection_.get());
  ::BIO_set_init(bio, 1);
  auto* ssl = connection_->ssl.get();
  ::SSL_set_bio(ssl, bio, bio);
  if (role == tls_role::client)
    ::SSL_set_connect_state(ssl);
  else
    ::SSL_set_accept_state(ssl);
  ::SSL_set_mode(ssl, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
  ::SSL_set_read_ahead(ssl, 1);
  ::SSL_set_default_read_buffer_len(ssl, read_ahead_bytes);
}

tls_socket::~tls_socket() = default;

std::size_t tls_socket::read_now(std::span<char> to, error_code& error) {
  error = {};
  connection_->socket_gave_all = false;
  std::size_t total = 0;
  while (total < to.size()) {
    auto last = read_on({to.data() + total, to.size() - total});
    if (last.what == outcome::done && !last.error) {
      total += last.size;
      continue;
    }
    if (total == 0) error = last.what == outcome::done ? last.error : asio::error::would_block;
    break;
  }
  return total;
}

bool tls_socket::holds_bytes() const {
  auto& me = *connection_;
  return me.end || (!me.wants_more && ::SSL_has_pending(me.ssl.get()) != 0);
}

tls_socket::step tls_socket::shake_hands() {
  auto& [socket, ssl, read_failure, write_failure, end, wants_more, socket_gave_all] = *connection_;
  socket_gave_all = false;
  ::ERR_clear_error();
  auto result = ::SSL_do_handshake(ssl.get());
  return result_of(result, write_failure ? write_failure : read_failure);
}

tls_socket::step tls_socket::say_end() {
  auto& [socket, ssl, read_failure, write_failure, end, wants_more, socket_gave_all] = *connection_;
  socket_gave_all = false;
  ::ERR_clear_error();
  auto result = ::SSL_shutdown(ssl.get());
  if (result == 0) result = ::SSL_shutdown(ssl.get()); // said; now for the peer's
  return result_of(result, write_failure ? write_failure : read_failure);
}

tls_socket::step tls_socket::write(asio::const_buffer from) {
  if (from.size() == 0) return {};
  connection_->socket_gave_all = false;
  ::ERR_clear_error();
  std::size_t size = 0;
  auto result = ::SSL_write_ex(connection_->ssl.get(), from.data(), from.size(), &size);
  return result_of(result, connection_->write_failure, size);
}

tls_socket::step tls_socket::read(asio::mutable_buffer to) {
  connection_->socket_gave_all = false;
  return read_on(to);
}

tls_socket::step tls_socket::read_on(asio::mutable_buffer to) {
  auto& end = connection_->end;
  if (end) return {outcome::done, end, 0};
  if (to.size() == 0) return {};
  ::ERR_clear_error();
  std::size_t size = 0;
  auto result = ::SSL_read_ex(connection_->ssl.get(), to.data(), to.size(), &size);
  auto last = result_of(result, connection_->read_failure, size);
  connection_->wants_more = last.what != outcome::done;
  if (last.what == outcome::done) end = last.error;
  return last;
}

/// What a call of OpenSSL's came to; `socket_failure` is what the socket failed with, if it did.
tls_socket::step tls_socket::result_of(int result, const error_code& socket_failure, std::size_t size) {
  if (result == 1) return {outcome::done, {}, size};
  auto kind = ::SSL_get_error(connection_->ssl.get(), result);
  if (kind == SSL_ERROR_WANT_READ) return {outcome::wants_read, {}, 0};
  if (kind == SSL_ERROR_WANT_WRITE) return {outcome::wants_write, {}, 0};
  if (kind == SSL_ERROR_ZERO_RETURN) return {outcome::done, asio::error::eof, 0};
  // First what OpenSSL found wrong: the alert that tells the peer so may have failed at the socket.
  auto number = ::ERR_get_error();
  if (kind == SSL_ERROR_SSL && number != 0)
    return {outcome::done, error_code{static_cast<int>(number), asio::error::get_ssl_category()}, 0};
  if (socket_failure && socket_failure != asio::error::eof) return {outcome::done, socket_failure, 0};
  return {outcome::done, asio::ssl::error::stream_truncated, 0};
}

} // namespace floorwalker
