#include "runtime/http/http_server.hpp"

#include "runtime/http/client_wire.hpp"
#include "runtime/http/served_connection.hpp"
#include "runtime/http/server_core.hpp"
#include "runtime/http/server_tls.hpp"
#include "runtime/network/network_failure.hpp"
#include "runtime/network/network_threads.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <future>
#include <stdexcept>
#include <utility>

namespace floorwalker {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using clock = std::chrono::steady_clock;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
/// Connections that are told that there are too many, at one time; beyond, they are closed without a word.
constexpr std::size_t refused_max = 64;
constexpr std::size_t ending_max = 64; ///< connections that made room and have not ended yet
/// The system's buffer of a connection, which would else grow to megabytes for a client that reads nothing. What stands
/// in it of a stream can no longer be replaced by something newer.
constexpr int send_buffer_bytes = 128 * 1024;
constexpr std::chrono::milliseconds accept_pause{200};
constexpr std::chrono::seconds accept_report_every{30};
constexpr std::chrono::milliseconds last_moment{200};

/// How often deadlines are looked at: they may be overdrawn by that much.
std::chrono::milliseconds look_every(const server_limits& limits) {
  auto shortest =
      std::min({limits.head_time, limits.body_time, limits.idle_time, limits.answer_time, limits.send_time});
  return std::clamp(shortest / 8, std::chrono::milliseconds{10}, std::chrono::milliseconds{500});
}

asio::ip::address plain_address(const asio::ip::address& address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped())
    return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
  return address;
}

/// For the end of a coroutine that should not have any.
auto failed_with(const char* what) {
  return [what](const std::exception_ptr& failure) {
    if (failure) spdlog::error("http: {} failed in an unforeseen way", what);
  };
}

} // namespace

class http_server::service {
public:
  service(server_options options, http_routes routes, std::shared_ptr<access_control> access)
      : options_(std::move(options)),
        core_(std::make_shared<server_core>()),
        acceptor_(threads_.context()),
        pause_(threads_.context()),
        look_(threads_.context()) {
    if (!options_.tls_certificate.empty()) tls_ = make_server_tls(options_.tls_certificate, options_.tls_key);
    listen();
    core_->limits = options_.limits;
    core_->routes = std::move(routes);
    core_->access = std::move(access);
    core_->hosts = hosts_of(options_.host, options_.hosts);
    core_->door = std::make_shared<http_thread_door>(threads_.context());
    core_->pacer = std::make_shared<stream_pacer>(threads_.context(), core_->door, options_.limits.stream_pace);
    asio::co_spawn(threads_.context(), accept(), failed_with("accepting connections"));
    asio::co_spawn(threads_.context(), look_at_clock(), failed_with("looking at the clock"));
  }

  ~service() {
    stop(std::chrono::milliseconds{0});
    // The thread is gone; what it had not finished goes before the context does.
    core_->connections.clear();
  }
  service(const service&) = delete;
  service& operator=(const service&) = delete;

  std::uint16_t port() const { return port_; }
  std::string url() const {
    bool v6 = options_.host.find(':') != std::string::npos && options_.host.front() != '[';
    return fmt::format("{}://{}{}{}:{}", options_.tls_certificate.empty() ? "http" : "https", v6 ? "[" : "",
                       options_.host, v6 ? "]" : "", port_);
  }

  std::string reload_certificate() {
    if (options_.tls_certificate.empty()) return {};
    try {
      auto fresh = make_server_tls(options_.tls_certificate, options_.tls_key);
      core_->door->post([this, fresh] { tls_ = fresh; });
    } catch (const std::runtime_error& failure) {
      return failure.what();
    }
    return {};
  }

  void stop(std::chrono::milliseconds grace) {
    if (std::exchange(stopped_, true)) return;
    auto empty = std::make_shared<std::promise<void>>();
    auto emptied = empty->get_future();
    core_->door->post([this, empty] {
      core_->draining = true;
      error_code ignored;
      acceptor_.close(ignored);
      pause_.cancel();
      core_->on_empty = [this, empty] {
        look_.cancel();
        empty->set_value();
      };
      for (auto& connection : core_->connections) connection->drain();
      if (core_->connections.empty()) std::exchange(core_->on_empty, nullptr)();
    });
    if (emptied.wait_for(grace) != std::future_status::ready) {
      core_->door->post([this] {
        for (auto& connection : core_->connections) connection->close();
      });
      (void)emptied.wait_for(last_moment);
    }
    core_->door->shut();
    threads_.stop(last_moment);
    core_->pacer->stop();
  }

private:
  void listen() {
    error_code error;
    tcp::resolver resolver{threads_.context()};
    auto host = options_.host;
    if (host.size() > 2 && host.front() == '[') host = host.substr(1, host.size() - 2);
    auto found = resolver.resolve(host, fmt::format("{}", options_.port), tcp::resolver::passive, error);
    auto fail = [&] {
      throw std::runtime_error{
          fmt::format("cannot listen on {}:{}: {}", options_.host, options_.port, failure_clause(error))};
    };
    if (error) fail();
    for (const auto& entry : found) {
      auto endpoint = entry.endpoint();
      acceptor_ = tcp::acceptor{threads_.context()};
      acceptor_.open(endpoint.protocol(), error);
      if (!error) acceptor_.set_option(tcp::acceptor::reuse_address{true}, error);
      if (!error) acceptor_.bind(endpoint, error);
      if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
      if (!error) break;
    }
    if (error) fail();
    port_ = acceptor_.local_endpoint().port();
  }

  asio::awaitable<void> accept() {
    auto reported = clock::time_point::min();
    while (acceptor_.is_open()) {
      auto [error, socket] = co_await acceptor_.async_accept(as_result);
      if (!acceptor_.is_open()) co_return;
      if (!error) {
        take_in(std::move(socket));
        continue;
      }
      if (error == asio::error::connection_aborted || error == asio::error::interrupted) continue;
      // No descriptor or memory is left: the connection waits in the system's queue until there is.
      if (auto now = clock::now(); reported == clock::time_point::min() || now - reported >= accept_report_every) {
        spdlog::warn("http: no connection can be accepted: {}", error.message());
        reported = now;
      }
      pause_.expires_after(accept_pause);
      (void)co_await pause_.async_wait(as_result);
    }
  }

  void take_in(tcp::socket socket) {
    error_code error;
    auto peer = socket.remote_endpoint(error);
    if (error) return; // gone again
    socket.set_option(tcp::no_delay{true}, error);
    socket.set_option(tcp::socket::send_buffer_size{send_buffer_bytes}, error);
    auto open = core_->connections.size();
    bool full = open >= core_->limits.connections;
    if (full && !core_->idle.empty()) {
      // Who waits longest without asking for anything makes room; it is gone a moment later.
      core_->idle.front()->close();
      full = open >= core_->limits.connections + ending_max;
    }
    if (full && open >= core_->limits.connections + ending_max + refused_max) return;
    auto address = plain_address(peer.address());
    auto wire = tls_ ? make_tls_wire(std::move(socket), tls_) : make_plain_wire(std::move(socket));
    std::make_shared<served_connection>(core_, std::move(wire), address.to_string(), address.is_loopback())
        ->start(full);
  }

  asio::awaitable<void> look_at_clock() {
    auto every = look_every(core_->limits);
    while (!core_->draining || !core_->connections.empty()) {
      look_.expires_after(every);
      (void)co_await look_.async_wait(as_result);
      auto now = clock::now();
      // One that ends takes itself out of the list, but never at once.
      for (auto& connection : core_->connections) connection->look_at_clock(now);
    }
  }

  server_options options_;
  std::shared_ptr<server_core> core_;
  network_threads threads_;
  tcp::acceptor acceptor_;
  asio::steady_timer pause_; ///< after an accept that failed
  asio::steady_timer look_;
  std::shared_ptr<asio::ssl::context> tls_; ///< of the next connection; HTTP thread once that runs
  std::uint16_t port_ = 0;
  bool stopped_ = false;
};

http_server::http_server(server_options options, http_routes routes, std::shared_ptr<access_control> access)
    : service_(std::make_unique<service>(std::move(options), std::move(routes), std::move(access))) {}
http_server::~http_server() = default;

std::uint16_t http_server::port() const { return service_->port(); }
std::string http_server::url() const { return service_->url(); }
std::string http_server::reload_certificate() { return service_->reload_certificate(); }
void http_server::stop(std::chrono::milliseconds grace) { service_->stop(grace); }

} // namespace floorwalker
