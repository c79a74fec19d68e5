#include "tests/runtime/http/plain_client.hpp"

#include <fmt/format.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <stdexcept>
#include <utility>

namespace floorwalker::test {

struct plain_client::state {
  int socket = -1;
  SSL_CTX* context = nullptr;
  SSL* ssl = nullptr;
  std::string read;

  ~state() {
    if (ssl) SSL_free(ssl);
    if (context) SSL_CTX_free(context);
    if (socket >= 0) ::close(socket);
  }
};

std::string received_answer::header(std::string_view name) const {
  std::size_t at = 0;
  while ((at = head.find("\r\n", at)) != std::string::npos) {
    at += 2;
    if (head.size() - at < name.size() + 1 || head[at + name.size()] != ':') continue;
    if (::strncasecmp(head.data() + at, name.data(), name.size()) != 0) continue;
    auto begin = head.find_first_not_of(' ', at + name.size() + 1);
    return head.substr(begin, head.find("\r\n", begin) - begin);
  }
  return {};
}

plain_client::plain_client(std::uint16_t port, bool tls, int receive_buffer) : state_(std::make_unique<state>()) {
  auto& s = *state_;
  s.socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (s.socket < 0) throw std::runtime_error{"no socket"};
  timeval patience{15, 0};
  ::setsockopt(s.socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  if (receive_buffer > 0) ::setsockopt(s.socket, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(s.socket, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
    throw std::runtime_error{"no connection"};
  if (!tls) return;
  s.context = SSL_CTX_new(TLS_client_method());
  s.ssl = SSL_new(s.context);
  SSL_set_fd(s.ssl, s.socket);
  if (SSL_connect(s.ssl) != 1) throw std::runtime_error{"no TLS"};
}
plain_client::~plain_client() = default;
plain_client::plain_client(plain_client&&) noexcept = default;

void plain_client::send(std::string_view bytes) {
  while (!bytes.empty()) {
    auto sent = state_->ssl ? SSL_write(state_->ssl, bytes.data(), static_cast<int>(bytes.size()))
                            : static_cast<int>(::send(state_->socket, bytes.data(), bytes.size(), MSG_NOSIGNAL));
    if (sent <= 0) return; // the answer, or its absence, tells
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

std::size_t plain_client::send_while_taken(std::string_view text, std::size_t bytes_max) {
  std::size_t sent = 0;
  while (sent < bytes_max) {
    pollfd ready{state_->socket, POLLOUT, 0};
    if (::poll(&ready, 1, 500) <= 0) break;
    auto rest = text.substr(sent % text.size()); // a part may have been taken
    auto taken = ::send(state_->socket, rest.data(), rest.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (taken <= 0) break;
    sent += static_cast<std::size_t>(taken);
  }
  return sent;
}

bool plain_client::is_cut_off() {
  pollfd over{state_->socket, 0, 0};
  return ::poll(&over, 1, 15'000) > 0 && (over.revents & POLLHUP) != 0;
}

bool plain_client::fill() {
  char bytes[16384];
  auto size = state_->ssl ? SSL_read(state_->ssl, bytes, sizeof bytes)
                          : static_cast<int>(::recv(state_->socket, bytes, sizeof bytes, 0));
  if (size <= 0) return false;
  state_->read.append(bytes, static_cast<std::size_t>(size));
  return true;
}

received_answer plain_client::receive_head() {
  auto& read = state_->read;
  received_answer answer;
  std::size_t end = 0;
  while ((end = read.find("\r\n\r\n")) == std::string::npos)
    if (!fill()) return answer;
  answer.head = read.substr(0, end + 4);
  read.erase(0, end + 4);
  if (answer.head.size() > 12) std::from_chars(answer.head.data() + 9, answer.head.data() + 12, answer.status);
  return answer;
}

received_answer plain_client::receive(bool head_only) {
  auto& read = state_->read;
  auto answer = receive_head();
  if (answer.status == 0 || head_only || answer.status == 204 || answer.status == 304 || answer.status == 100)
    return answer;
  if (answer.header("Transfer-Encoding") == "chunked") {
    for (;;) {
      std::size_t line = 0;
      while ((line = read.find("\r\n")) == std::string::npos)
        if (!fill()) return answer;
      auto size = std::stoul(read.substr(0, line), nullptr, 16);
      while (read.size() < line + 2 + size + 2)
        if (!fill()) return answer;
      answer.body += read.substr(line + 2, size);
      read.erase(0, line + 2 + size + 2);
      if (size == 0) return answer;
    }
  }
  auto length = answer.header("Content-Length");
  auto size = length.empty() ? 0 : std::stoul(length);
  while (read.size() < size)
    if (!fill()) break;
  answer.body = read.substr(0, size);
  read.erase(0, std::min(size, read.size()));
  return answer;
}

received_answer plain_client::ask(std::string_view bytes, bool head_only) {
  send(bytes);
  return receive(head_only);
}

std::string plain_client::read_until(std::string_view text) {
  auto& read = state_->read;
  while (read.find(text) == std::string::npos)
    if (!fill()) break;
  return std::exchange(read, {});
}

bool plain_client::ended() {
  if (!state_->read.empty()) return false;
  char byte = 0;
  auto size = state_->ssl ? SSL_read(state_->ssl, &byte, 1) : static_cast<int>(::recv(state_->socket, &byte, 1, 0));
  if (size > 0) return false;
  return state_->ssl != nullptr || size == 0 || (errno != EAGAIN && errno != EWOULDBLOCK);
}

bool plain_client::readable_within(std::chrono::milliseconds time) {
  pollfd waiting{state_->socket, POLLIN, 0};
  return ::poll(&waiting, 1, static_cast<int>(time.count())) > 0;
}

std::string plain_client::certificate_text() const {
  auto* certificate = SSL_get1_peer_certificate(state_->ssl);
  if (!certificate) return {};
  auto text = fmt::format("{}", X509_subject_name_hash(certificate));
  auto serial = ASN1_INTEGER_get(X509_get0_serialNumber(certificate));
  X509_free(certificate);
  return fmt::format("{}/{}", text, serial);
}

void plain_client::reset() {
  linger hard{1, 0};
  ::setsockopt(state_->socket, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
  ::close(std::exchange(state_->socket, -1));
}

std::string get(std::string_view target, std::string_view headers) {
  return fmt::format("GET {} HTTP/1.1\r\nHost: localhost\r\n{}\r\n", target, headers);
}

std::string post(std::string_view target, std::string_view body, std::string_view headers) {
  return fmt::format("POST {} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {}\r\n{}"
                     "\r\n{}",
                     target, body.size(), headers, body);
}

} // namespace floorwalker::test
