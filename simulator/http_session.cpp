#include "simulator/http_session.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <boost/json.hpp>

#include "simulator/control.hpp"
#include "simulator/event_stream_session.hpp"
#include "simulator/form.hpp"
#include "simulator/ledger_json.hpp"
#include "simulator/upgrade.hpp"

namespace floorwalker::simulator {

namespace beast = boost::beast;
namespace http = beast::http;

namespace {

using request = http::request<http::string_body>;
using response = http::response<http::string_body>;

constexpr auto answered = asio::as_tuple(asio::use_awaitable);
constexpr auto idle_limit = std::chrono::seconds{60};
constexpr auto goodbye_limit = std::chrono::seconds{2};
constexpr std::size_t header_max = 16 * 1024;
constexpr std::size_t body_max = 1024 * 1024;

std::string_view as_view(beast::string_view text) { return {text.data(), text.size()}; }

/// Closes the socket when a step takes too long. Only one limit at a time.
class time_limit {
public:
  explicit time_limit(std::shared_ptr<wire_stream> stream)
      : stream_{std::move(stream)}, timer_{stream_->get_executor()} {}

  void set(std::chrono::steady_clock::duration limit) {
    timer_.expires_after(limit);
    timer_.async_wait([stream = stream_](const boost::system::error_code& error) {
      auto ignored = boost::system::error_code{};
      if (!error) stream->socket().close(ignored);
    });
  }
  void lift() { timer_.cancel(); }

private:
  std::shared_ptr<wire_stream> stream_;
  asio::steady_timer timer_;
};

void reset(wire_stream& stream) {
  auto ignored = boost::system::error_code{};
  stream.socket().set_option(asio::socket_base::linger(true, 0), ignored);
  stream.socket().close(ignored);
}

http_reply json_reply(const boost::json::object& body, unsigned status = 200) {
  auto reply = http_reply{};
  reply.status = status;
  reply.body = boost::json::serialize(body);
  return reply;
}

http_reply control_reply(platform& home, const request& asked, instant now) {
  if (asked.method() != http::verb::post) return refusal(405, "invalid_request", "control takes POST");
  auto error = boost::system::error_code{};
  auto wishes = boost::json::parse(asked.body(), error);
  if (error || !wishes.is_object()) return refusal(400, "invalid_request", "expected a JSON object");
  auto result = carry_out_wishes(home, wishes.get_object(), now);
  return json_reply(result, result.contains("error") ? 400 : 200);
}

http_reply answer(platform& home, const request& asked, instant now) {
  auto target = as_view(asked.target());
  auto path = path_of(target);
  auto method = as_view(asked.method_string());
  if (path == "/oauth/token")
    return home.tokens.answer(method, as_view(asked[http::field::content_type]), asked.body(), now);
  if (path == "/api/v2/users")
    return home.users.answer(method, target, as_view(asked[http::field::authorization]), now);
  if (path == "/ledger") return json_reply(ledger_json(home, read_ledger_query(query_of(target)), now));
  if (path == "/control") return control_reply(home, asked, now);
  if (path == "/health") return json_reply({{"status", "up"}});
  return refusal(404, "not_found",
                 "known paths: /oauth/token, /api/v2/users, /api/v2/events/stream, /ledger, /control, /health");
}

response to_response(http_reply reply, const request& asked) {
  auto result = response{static_cast<http::status>(reply.status), asked.version()};
  result.set(http::field::server, "floorwalker-simulator");
  for (const auto& [name, value] : reply.headers) result.set(name, value);
  if (reply.status != 101) {
    result.set(http::field::content_type, reply.content_type);
    result.body() = std::move(reply.body);
    result.keep_alive(asked.keep_alive());
    result.prepare_payload();
  }
  return result;
}

/// Waits as the reply says; false if the request is to stay without an answer, and then the connection has ended.
asio::awaitable<bool> may_answer(wire_stream& stream, const http_reply& reply) {
  if (reply.cut) {
    reset(stream);
    co_return false;
  }
  if (reply.delay.count() > 0) {
    auto timer = asio::steady_timer{stream.get_executor(), reply.delay};
    co_await timer.async_wait(answered);
  }
  if (!reply.never) co_return true;
  // Reading on notices when the client gives up.
  char ignored[256];
  while (true) {
    auto [error, size] = co_await stream.async_read_some(asio::buffer(ignored), answered);
    if (error) co_return false;
  }
}

asio::awaitable<void> serve_stream(std::shared_ptr<wire_stream> stream, platform& home, const request& asked,
                                   beast::flat_buffer& rest) {
  auto asks = upgrade_request{.is_upgrade = beast::websocket::is_upgrade(asked),
                              .key = as_view(asked[http::field::sec_websocket_key]),
                              .version = as_view(asked[http::field::sec_websocket_version]),
                              .extensions = as_view(asked[http::field::sec_websocket_extensions]),
                              .authorization = as_view(asked[http::field::authorization]),
                              .user_agent = as_view(asked[http::field::user_agent])};
  auto judged = answer_upgrade(home, asks, wall_clock());
  auto switches = judged.reply.status == 101;
  auto goes_on = co_await may_answer(*stream, judged.reply);
  if (!goes_on) co_return;
  auto reply = to_response(std::move(judged.reply), asked);
  if (!switches) reply.keep_alive(false);
  auto [error, size] = co_await http::async_write(*stream, reply, answered);
  if (error || !switches) co_return;
  auto early = std::string{static_cast<const char*>(rest.data().data()), rest.size()};
  auto session =
      std::make_shared<event_stream_session>(stream, home,
                                             stream_entry{.tenant = judged.tenant,
                                                          .token_expires_at = judged.token_expires_at,
                                                          .compression = judged.compression,
                                                          .user_agent = std::string{asks.user_agent.substr(0, 200)},
                                                          .early_bytes = std::move(early)});
  std::erase_if(home.streams, [](const auto& known) { return known.expired(); });
  home.streams.push_back(session);
  co_await session->run();
}

} // namespace

asio::awaitable<void> serve(std::shared_ptr<wire_stream> stream, platform& home) {
  auto limit = time_limit{stream};
  limit.set(idle_limit);
  if (stream->is_tls()) {
    auto [error] = co_await stream->tls().async_handshake(asio::ssl::stream_base::server, answered);
    if (error) co_return limit.lift();
  }
  auto buffer = beast::flat_buffer{header_max + body_max};
  while (true) {
    auto parser = http::request_parser<http::string_body>{};
    parser.header_limit(header_max);
    parser.body_limit(body_max);
    limit.set(idle_limit);
    auto [error, size] = co_await http::async_read(*stream, buffer, parser, answered);
    limit.lift();
    if (error) break;
    auto asked = parser.release();
    if (path_of(as_view(asked.target())) == "/api/v2/events/stream") {
      co_await serve_stream(stream, home, asked, buffer);
      co_return;
    }
    auto reply = answer(home, asked, wall_clock());
    auto goes_on = co_await may_answer(*stream, reply);
    if (!goes_on) co_return;
    auto written = to_response(std::move(reply), asked);
    limit.set(idle_limit);
    auto [write_error, bytes] = co_await http::async_write(*stream, written, answered);
    if (write_error || !written.keep_alive()) break;
  }
  limit.set(goodbye_limit);
  if (stream->is_tls() && stream->socket().is_open()) co_await stream->tls().async_shutdown(answered);
  limit.lift();
}

} // namespace floorwalker::simulator
