#include "bench/byte_stream.hpp"

#include <openssl/err.h>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <limits>
#include <stdexcept>
#include <system_error>

namespace floorwalker::bench {
namespace {

constexpr std::size_t read_ahead_bytes = 65'536;

void need(bool good, const std::string& what) {
  if (!good) throw std::runtime_error("TLS: " + what);
}

tls_context make_context(const SSL_METHOD* method) {
  tls_context made{SSL_CTX_new(method)};
  need(made != nullptr, "no context");
  SSL_CTX_set_min_proto_version(made.get(), TLS1_2_VERSION);
  SSL_CTX_set_mode(made.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_read_ahead(made.get(), 1);
  SSL_CTX_set_default_read_buffer_len(made.get(), read_ahead_bytes);
  return made;
}

int bounded(std::size_t size) { return static_cast<int>(std::min<std::size_t>(size, std::numeric_limits<int>::max())); }

} // namespace

tls_context server_context(const std::string& certificate_file, const std::string& key_file) {
  auto made = make_context(TLS_server_method());
  need(SSL_CTX_use_certificate_chain_file(made.get(), certificate_file.c_str()) == 1, "cannot use " + certificate_file);
  need(SSL_CTX_use_PrivateKey_file(made.get(), key_file.c_str(), SSL_FILETYPE_PEM) == 1, "cannot use " + key_file);
  return made;
}

tls_context client_context(const std::string& ca_file) {
  auto made = make_context(TLS_client_method());
  need(SSL_CTX_load_verify_locations(made.get(), ca_file.c_str(), nullptr) == 1, "cannot use " + ca_file);
  SSL_CTX_set_verify(made.get(), SSL_VERIFY_PEER, nullptr);
  return made;
}

byte_stream::byte_stream(int socket, SSL_CTX* context, role side) : socket_{socket} {
  int on = 1;
  ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (!context) return;
  tls_.reset(SSL_new(context));
  need(tls_ != nullptr && SSL_set_fd(tls_.get(), socket_) == 1, "no session");
  if (side == role::server) {
    SSL_set_accept_state(tls_.get());
  } else {
    SSL_set_connect_state(tls_.get());
    need(SSL_set1_host(tls_.get(), "localhost") == 1, "no host name");
  }
}

byte_stream::~byte_stream() {
  tls_.reset();
  ::close(socket_);
}

std::ptrdiff_t byte_stream::result(int done) {
  if (done > 0) return done;
  auto why = SSL_get_error(tls_.get(), done);
  ERR_clear_error();
  return why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE ? would_block : 0;
}

std::ptrdiff_t byte_stream::read(char* to, std::size_t size) {
  if (tls_) return result(SSL_read(tls_.get(), to, bounded(size)));
  while (true) {
    auto done = ::recv(socket_, to, size, 0);
    if (done >= 0) return done;
    if (errno == EAGAIN) return would_block;
    if (errno != EINTR) return 0;
  }
}

std::ptrdiff_t byte_stream::write(std::string_view bytes) {
  if (tls_) return result(SSL_write(tls_.get(), bytes.data(), bounded(bytes.size())));
  while (true) {
    auto done = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (done > 0) return done;
    if (errno == EAGAIN) return would_block;
    if (errno != EINTR) return 0;
  }
}

void byte_stream::set_blocking(bool blocking) {
  auto flags = ::fcntl(socket_, F_GETFL);
  ::fcntl(socket_, F_SETFL, blocking ? flags & ~O_NONBLOCK : flags | O_NONBLOCK);
}

int connect_to_loopback(std::uint16_t port) {
  auto socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (socket < 0 || ::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    auto error = errno;
    if (socket >= 0) ::close(socket);
    throw std::system_error(error, std::generic_category(), "cannot connect");
  }
  return socket;
}

} // namespace floorwalker::bench
