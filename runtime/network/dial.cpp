#include "runtime/network/dial.hpp"

#include "runtime/network/network_failure.hpp"
#include "runtime/network/tls_context.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <algorithm>
#include <vector>

namespace floorwalker {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using boost::system::error_code;
using tcp = asio::ip::tcp;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::milliseconds connect_limit{10'000};
constexpr std::chrono::milliseconds address_limit_min{1000};
constexpr std::chrono::milliseconds handshake_limit{10'000};
constexpr std::size_t proxy_head_max = 16 * 1024;

/// A name being looked up. Apart from the coroutine, since getaddrinfo can't be interrupted: after a time-out the
/// look-up is left to end by itself, into this.
struct lookup {
  explicit lookup(const asio::any_io_executor& strand) : resolver(strand), finished(strand) {
    finished.expires_at(asio::steady_timer::time_point::max());
  }
  tcp::resolver resolver;
  asio::steady_timer finished;
  bool is_finished = false;
  error_code error;
  std::vector<tcp::endpoint> found;
};

asio::awaitable<std::vector<tcp::endpoint>> resolve(const base_url& peer, deadline& time) {
  std::vector<tcp::endpoint> found;
  if (peer.is_address) {
    found.emplace_back(asio::ip::make_address(peer.host), peer.port);
    co_return found;
  }
  auto search = std::make_shared<lookup>(co_await asio::this_coro::executor);
  search->resolver.async_resolve(peer.host, std::to_string(peer.port), tcp::resolver::numeric_service,
                                 [search](const error_code& error, const tcp::resolver::results_type& results) {
                                   search->error = error;
                                   for (auto& result : results) search->found.push_back(result.endpoint());
                                   search->is_finished = true;
                                   search->finished.cancel();
                                 });
  {
    auto step = time.begin(connect_limit, [search] {
      search->resolver.cancel();
      search->finished.cancel();
    });
    co_await search->finished.async_wait(as_result);
  }
  time.check();
  if (search->error) throw network_failure(failure_clause(search->error) + ": " + peer.host);
  if (search->found.empty()) throw network_failure("host not found: " + peer.host);
  found = std::move(search->found);
  co_return found;
}

} // namespace

asio::awaitable<tcp_socket> connect_to_any(std::vector<tcp::endpoint> addresses, deadline& time) {
  auto strand = co_await asio::this_coro::executor;
  auto end = std::chrono::steady_clock::now() + connect_limit;
  std::string failure = "there is no address to connect to";
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    auto left = std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    auto limit = std::max(left / static_cast<int>(addresses.size() - i), address_limit_min);
    tcp_socket socket{strand};
    error_code error;
    {
      auto step = time.begin(std::min(limit, connect_limit), [&socket] {
        error_code ignored;
        socket.close(ignored);
      });
      auto [result] = co_await socket.async_connect(addresses[i], as_result);
      error = result;
    }
    if (!time.step_timed_out()) time.check(); // the whole has ended, not only this address's share
    if (!error && !time.step_timed_out()) {
      socket.set_option(tcp::no_delay{true}, error);
      co_return socket;
    }
    failure = time.step_timed_out() ? "timed out after " + std::to_string(limit.count() / 1000) + " s"
                                    : failure_clause(error);
  }
  throw network_failure(failure);
}

namespace {

asio::awaitable<tcp_socket> connect(const base_url& peer, deadline& time) {
  co_return co_await connect_to_any(co_await resolve(peer, time), time);
}

/// Asks the proxy for a tunnel. Nothing is read beyond its answer: in TLS, HTTP and WebSocket the client speaks first.
asio::awaitable<void> tunnel(tcp_socket& socket, const platform_access& access, deadline& time) {
  const auto& peer = access.base;
  http::request<http::empty_body> request{http::verb::connect, peer.host_and_port(), 11};
  request.set(http::field::host, peer.host_and_port());
  request.set(http::field::user_agent, access.user_agent);
  http::response_parser<http::empty_body> answer;
  answer.skip(true);
  answer.header_limit(proxy_head_max);
  beast::flat_buffer buffer{proxy_head_max};
  error_code error;
  {
    auto step = time.begin(connect_limit, [&socket] {
      error_code ignored;
      socket.close(ignored);
    });
    auto [write_error, written] = co_await http::async_write(socket, request, as_result);
    error = write_error;
    if (!error) {
      auto [read_error, read] = co_await http::async_read_header(socket, buffer, answer, as_result);
      error = read_error;
    }
  }
  time.check();
  if (error) throw network_failure(failure_clause(error));
  auto status = answer.get().result_int();
  if (status < 200 || status > 299) throw network_failure("CONNECT was answered with HTTP " + std::to_string(status));
  if (buffer.size() != 0) throw network_failure("data came before we asked for any");
}

} // namespace

asio::awaitable<tcp_socket> dial(const platform_access& access, deadline& time) {
  if (!access.proxy) co_return co_await connect(access.base, time);
  try {
    auto socket = co_await connect(*access.proxy, time);
    co_await tunnel(socket, access, time);
    co_return socket;
  } catch (const network_failure& failure) {
    throw network_failure("proxy " + access.proxy->host_and_port() + ": " + failure.what());
  }
}

asio::awaitable<tls_socket> secure(tcp_socket socket, const platform_access& access, deadline& time) {
  tls_socket stream{std::move(socket), access.tls->native_handle()};
  expect_peer(stream.native_handle(), access.base);
  error_code error;
  {
    auto step = time.begin(handshake_limit, [&stream] {
      error_code ignored;
      stream.next_layer().close(ignored);
    });
    auto [result] = co_await stream.async_handshake(as_result);
    error = result;
  }
  time.check();
  if (error) throw network_failure(handshake_failure_clause(error, stream.native_handle()));
  co_return stream;
}

} // namespace floorwalker
