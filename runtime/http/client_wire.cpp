#include "runtime/http/client_wire.hpp"

#include "runtime/network/tls_socket.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>

namespace floorwalker {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

class plain_wire final : public client_wire {
public:
  explicit plain_wire(tcp::socket socket) : socket_(std::move(socket)) {}

  asio::awaitable<error_code> handshake() override { co_return error_code{}; }
  asio::awaitable<error_code> wait_for_bytes() override {
    auto [error] = co_await socket_.async_wait(tcp::socket::wait_read, as_result);
    co_return error;
  }
  asio::awaitable<moved> read_some(asio::mutable_buffer to) override {
    auto [error, bytes] = co_await socket_.async_read_some(to, as_result);
    co_return moved{error, bytes};
  }
  asio::awaitable<moved> write_some(asio::const_buffer from) override {
    auto [error, bytes] = co_await socket_.async_write_some(from, as_result);
    co_return moved{error, bytes};
  }
  asio::awaitable<void> end_sending() override {
    error_code ignored;
    socket_.shutdown(tcp::socket::shutdown_send, ignored);
    co_return;
  }
  tcp::socket& socket() override { return socket_; }

private:
  tcp::socket socket_;
};

class tls_wire final : public client_wire {
public:
  tls_wire(tcp::socket socket, std::shared_ptr<asio::ssl::context> context)
      : context_(std::move(context)), stream_(std::move(socket), context_->native_handle(), tls_role::server) {}

  asio::awaitable<error_code> handshake() override {
    auto [error] = co_await stream_.async_handshake(as_result);
    co_return error;
  }
  // TLS may hold bytes that the socket no longer shows, so there is nothing to wait for apart from reading.
  asio::awaitable<error_code> wait_for_bytes() override { co_return error_code{}; }
  asio::awaitable<moved> read_some(asio::mutable_buffer to) override {
    auto [error, bytes] = co_await stream_.async_read_some(to, as_result);
    co_return moved{error, bytes};
  }
  asio::awaitable<moved> write_some(asio::const_buffer from) override {
    auto [error, bytes] = co_await stream_.async_write_some(from, as_result);
    co_return moved{error, bytes};
  }
  asio::awaitable<void> end_sending() override { (void)co_await stream_.async_shutdown(as_result); }
  tcp::socket& socket() override { return stream_.next_layer(); }

private:
  std::shared_ptr<asio::ssl::context> context_; ///< the one it began with, also after new certificates were read
  tls_socket stream_;
};

} // namespace

void client_wire::cancel() {
  error_code ignored;
  socket().cancel(ignored);
}

void client_wire::close() {
  error_code ignored;
  socket().close(ignored);
}

std::unique_ptr<client_wire> make_plain_wire(tcp::socket socket) {
  return std::make_unique<plain_wire>(std::move(socket));
}

std::unique_ptr<client_wire> make_tls_wire(tcp::socket socket, std::shared_ptr<asio::ssl::context> context) {
  return std::make_unique<tls_wire>(std::move(socket), std::move(context));
}

} // namespace floorwalker
