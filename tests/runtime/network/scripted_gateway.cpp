#include "scripted_gateway.hpp"

#include <boost/asio/ssl/error.hpp>
#include <boost/asio/write.hpp>
#include <boost/test/unit_test.hpp>
#include <openssl/evp.h>
#include <openssl/sha.h>

#include <array>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>

namespace floorwalker::test {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using tcp = asio::ip::tcp;

void limit_waiting(tcp::socket& socket) {
  timeval limit{10, 0};
  ::setsockopt(socket.native_handle(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  ::setsockopt(socket.native_handle(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
}

} // namespace

std::string frame(int opcode, std::string_view payload, bool fin) {
  std::string bytes(1, static_cast<char>((fin ? 0x80 : 0) | opcode));
  auto size = payload.size();
  auto append_size = [&](int octets) {
    for (int i = octets - 1; i >= 0; --i) bytes += static_cast<char>(size >> (8 * i) & 0xff);
  };
  if (size < 126) {
    bytes += static_cast<char>(size);
  } else if (size < 65536) {
    bytes += static_cast<char>(126);
    append_size(2);
  } else {
    bytes += static_cast<char>(127);
    append_size(8);
  }
  return bytes.append(payload);
}

std::string server_close(std::uint16_t code, std::string_view reason) {
  std::string payload{static_cast<char>(code >> 8), static_cast<char>(code & 0xff)};
  return frame(8, payload.append(reason));
}

std::string upgrade_answer(std::string_view request) {
  std::string_view name = "Sec-WebSocket-Key: ";
  auto start = request.find(name);
  if (start == request.npos) throw std::runtime_error("no upgrade request");
  start += name.size();
  auto key =
      std::string{request.substr(start, request.find("\r\n", start) - start)} + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  std::array<unsigned char, SHA_DIGEST_LENGTH> digest{};
  ::SHA1(reinterpret_cast<const unsigned char*>(key.data()), key.size(), digest.data());
  std::array<unsigned char, 64> accept{};
  ::EVP_EncodeBlock(accept.data(), digest.data(), static_cast<int>(digest.size()));
  return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " +
         std::string{reinterpret_cast<const char*>(accept.data())} + "\r\n\r\n";
}

void demand(bool holds, std::source_location where) {
  if (!holds)
    throw std::runtime_error(std::string{where.file_name()} + ":" + std::to_string(where.line()) + " does not hold");
}

std::uint16_t client_frame::close_code() const {
  if (opcode != 8 || payload.size() < 2) return 0;
  return static_cast<std::uint16_t>(static_cast<unsigned char>(payload[0]) << 8 |
                                    static_cast<unsigned char>(payload[1]));
}

gateway_connection::gateway_connection(tcp::socket socket, asio::ssl::context* tls) : socket_(std::move(socket)) {
  limit_waiting(socket_);
  if (tls) {
    tls_.emplace(socket_, *tls);
    tls_->handshake(asio::ssl::stream_base::server);
  }
}

std::size_t gateway_connection::read_some(char* to, std::size_t size) {
  error_code error;
  auto count = tls_ ? tls_->read_some(asio::buffer(to, size), error) : socket_.read_some(asio::buffer(to, size), error);
  if (error == asio::error::try_again || error == asio::error::would_block)
    throw std::runtime_error("the client sent nothing for 10 s");
  return error ? 0 : count;
}

std::string gateway_connection::read_head() {
  std::string head = std::move(ahead_);
  ahead_.clear();
  for (;;) {
    auto end = head.find("\r\n\r\n");
    if (end != head.npos) {
      ahead_ = head.substr(end + 4);
      return head.substr(0, end + 4);
    }
    std::array<char, 4096> piece{};
    auto count = read_some(piece.data(), piece.size());
    if (count == 0) throw std::runtime_error("the client went away before its header was complete");
    head.append(piece.data(), count);
  }
}

std::string gateway_connection::read_bytes(std::size_t size) {
  while (ahead_.size() < size) {
    std::array<char, 4096> piece{};
    auto count = read_some(piece.data(), piece.size());
    if (count == 0) break;
    ahead_.append(piece.data(), count);
  }
  auto bytes = ahead_.substr(0, size);
  ahead_.erase(0, bytes.size());
  return bytes;
}

client_frame gateway_connection::read_frame() {
  auto head = read_bytes(2);
  if (head.size() < 2) return {};
  auto octet = [](char c) { return static_cast<unsigned char>(c); };
  std::uint64_t size = octet(head[1]) & 0x7f;
  if (size >= 126) {
    auto longer = read_bytes(size == 126 ? 2 : 8);
    size = 0;
    for (char c : longer) size = size << 8 | octet(c);
  }
  if ((octet(head[1]) & 0x80) == 0) throw std::runtime_error("a client must mask its frames");
  auto mask = read_bytes(4);
  auto payload = read_bytes(size);
  for (std::size_t i = 0; i < payload.size(); ++i) payload[i] = static_cast<char>(payload[i] ^ mask[i % 4]);
  return {octet(head[0]) & 0x0f, payload};
}

bool gateway_connection::ended() {
  std::array<char, 4096> piece{};
  while (read_some(piece.data(), piece.size()) > 0) {
  }
  return true;
}

void gateway_connection::write(std::string_view bytes) {
  if (tls_)
    asio::write(*tls_, asio::buffer(bytes));
  else
    asio::write(socket_, asio::buffer(bytes));
}

bool gateway_connection::write_without_blocking(std::string_view bytes, std::size_t total) {
  std::size_t written = 0;
  while (written < total) {
    pollfd wait{socket_.native_handle(), POLLOUT, 0};
    if (::poll(&wait, 1, 500) <= 0) return false;
    auto from = bytes.substr(written % bytes.size());
    auto count = ::send(socket_.native_handle(), from.data(), from.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (count < 0) return false;
    written += static_cast<std::size_t>(count);
  }
  return true;
}

void gateway_connection::finish() {
  error_code ignored;
  if (tls_) tls_->shutdown(ignored);
  socket_.shutdown(tcp::socket::shutdown_send, ignored);
}

void gateway_connection::reset() {
  error_code ignored;
  socket_.set_option(asio::socket_base::linger{true, 0}, ignored);
  socket_.close(ignored);
}

std::string gateway_connection::subscribe_client() {
  request_head = read_head();
  write(upgrade_answer(request_head));
  auto subscription = read_frame();
  if (subscription.opcode != 1) throw std::runtime_error("no subscription came");
  write(text_frame(R"({"type":"subscribe.ack"})"));
  return subscription.payload;
}

scripted_gateway::scripted_gateway(script run, const certificate* tls, int connections)
    : acceptor_(context_, tcp::endpoint{asio::ip::make_address("127.0.0.1"), 0}) {
  if (tls) {
    tls_.emplace(asio::ssl::context::tls_server);
    tls_->use_certificate_chain(asio::buffer(tls->pem));
    tls_->use_private_key(asio::buffer(tls->key_pem), asio::ssl::context::pem);
  }
  thread_ = std::thread{[this, run = std::move(run), connections] {
    for (int i = 0; i < connections; ++i) {
      try {
        pollfd wait{acceptor_.native_handle(), POLLIN, 0};
        if (::poll(&wait, 1, 10'000) <= 0) throw std::runtime_error("no client came within 10 s");
        gateway_connection connection{acceptor_.accept(), tls_ ? &*tls_ : nullptr};
        run(connection);
      } catch (const boost::system::system_error& e) {
        // A handshake that the client breaks off is the client's business.
        if (e.code().category() != asio::error::get_ssl_category() && e.code() != asio::ssl::error::stream_truncated &&
            e.code() != asio::error::connection_reset && e.code() != asio::error::broken_pipe &&
            e.code() != asio::error::eof)
          failure_ = e.what();
      } catch (const std::exception& e) {
        failure_ = e.what();
      }
    }
  }};
}

scripted_gateway::~scripted_gateway() { join(); }

void scripted_gateway::join() {
  if (!thread_.joinable()) return;
  thread_.join();
  BOOST_TEST(failure_ == "", "the gateway's script failed: " << failure_);
}

std::string scripted_gateway::url() const {
  return (tls_ ? "https://127.0.0.1:" : "http://127.0.0.1:") + std::to_string(port());
}

} // namespace floorwalker::test
