// A connected TCP socket, plain or with TLS on it, for programs that measure: as few calls as can be.
#pragma once

#include <openssl/ssl.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace floorwalker::bench {

struct tls_context_release {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using tls_context = std::unique_ptr<SSL_CTX, tls_context_release>;

/// For a server with these PEM files. Throws std::runtime_error.
tls_context server_context(const std::string& certificate_file, const std::string& key_file);
/// For a client that trusts this PEM file alone. Throws std::runtime_error.
tls_context client_context(const std::string& ca_file);

/// Owns its socket. One thread.
class byte_stream {
public:
  static constexpr std::ptrdiff_t would_block = -1;

  enum class role : std::uint8_t { server, client };

  /// Takes the socket over. Without a context it speaks plain TCP; with one the first read or write shakes hands.
  byte_stream(int socket, SSL_CTX* context, role side);
  ~byte_stream();
  byte_stream(const byte_stream&) = delete;
  byte_stream& operator=(const byte_stream&) = delete;

  /// How many bytes it was; 0 at the end or after a failure; would_block on a non-blocking socket.
  std::ptrdiff_t read(char* to, std::size_t size);
  /// The same. After would_block the same bytes have to come first the next time.
  std::ptrdiff_t write(std::string_view bytes);
  /// TLS holds bytes back that epoll does not know of.
  bool holds_bytes() const { return tls_ && SSL_has_pending(tls_.get()) == 1; }

  int socket() const { return socket_; }
  void set_blocking(bool blocking);

private:
  struct tls_release {
    void operator()(SSL* tls) const { SSL_free(tls); }
  };
  std::ptrdiff_t result(int done);

  int socket_;
  std::unique_ptr<SSL, tls_release> tls_;
};

/// A socket that is connected to 127.0.0.1:port. Throws std::system_error.
int connect_to_loopback(std::uint16_t port);

} // namespace floorwalker::bench
