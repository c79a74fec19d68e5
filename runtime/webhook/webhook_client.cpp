#include "runtime/webhook/webhook_client.hpp"

#include "runtime/network/answer_failure.hpp"
#include "runtime/network/dial.hpp"
#include "runtime/network/network_failure.hpp"
#include "runtime/network/retry_after.hpp"
#include "runtime/network/tls_context.hpp"
#include "runtime/webhook/target_address.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/stream_traits.hpp>
#include <boost/beast/http.hpp>

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <stdexcept>
#include <utility>

namespace floorwalker {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using boost::system::error_code;
using tcp = asio::ip::tcp;
using answer_parser = http::response_parser<http::buffer_body>;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::minutes connection_life_max{5};
constexpr std::size_t read_ahead_max = 64 * 1024;
constexpr int interim_answers_max = 8;        // 1xx before the answer (RFC 9110 §15.2)
constexpr std::size_t body_kept_max = 1024;   // a refusal's reason shows 200 bytes of it
constexpr std::size_t body_read_max = 65'536; // to keep the connection; a longer body costs it
/// The status is known by then, so a body that dawdles must not hold up the records.
constexpr std::chrono::milliseconds body_limit{1000};

http::request<http::string_body> to_beast(const webhook_request& from, const webhook_target& target) {
  http::request<http::string_body> request{http::verb::post, target.path, 11};
  request.set(http::field::host, target.base.authority());
  request.set(http::field::user_agent, "Floorwalker");
  request.set(http::field::content_type, "application/json");
  if (!from.authorization.empty()) request.set(http::field::authorization, from.authorization);
  if (!from.id.empty()) {
    request.set("webhook-id", from.id);
    request.set("webhook-timestamp", from.timestamp);
  }
  if (!from.signature.empty()) request.set("webhook-signature", from.signature);
  request.body() = from.body;
  request.prepare_payload();
  return request;
}

template <class Stream>
std::function<void()> closing(Stream& stream) {
  return [&stream] {
    error_code ignored;
    beast::get_lowest_layer(stream).close(ignored);
  };
}

/// Reads what belongs to the answer, so that the connection can be used again, and keeps the beginning in `kept`. True
/// if all of it was read.
template <class Stream>
asio::awaitable<bool> read_body(Stream& stream, beast::flat_buffer& buffer, answer_parser& parser, std::string& kept) {
  std::array<char, 4096> piece{};
  std::size_t total = 0;
  while (!parser.is_done()) {
    parser.get().body().data = piece.data();
    parser.get().body().size = piece.size();
    auto [error, read] = co_await http::async_read(stream, buffer, parser, as_result);
    auto size = piece.size() - parser.get().body().size;
    kept.append(piece.data(), std::min(size, body_kept_max - kept.size()));
    total += size;
    if ((error && error != http::error::need_buffer) || total > body_read_max) co_return false;
  }
  co_return true;
}

} // namespace

struct webhook_client::exchange_result {
  std::optional<http_answer> answer;
  bool keeps_connection = false;
  error_code error;          ///< why there is no answer
  bool answer_began = false; ///< a part of one arrived
};

/// One request and its answer over a connection that stands.
class webhook_client::exchange {
public:
  exchange(const webhook_client& client, deadline& time) : client_{client}, time_{time} {}

  template <class Stream>
  asio::awaitable<exchange_result> run(Stream& stream, const webhook_request& from) {
    auto request = to_beast(from, client_.options_.target);
    beast::flat_buffer buffer{read_ahead_max};
    std::optional<answer_parser> parser;
    exchange_result result;
    error_code write_error;
    {
      auto step = time_.begin(client_.options_.timeout, closing(stream));
      auto [error, written] = co_await http::async_write(stream, request, as_result);
      write_error = error;
      // A receiver may answer before it has read all and close: its answer says more than the failed write.
      for (int i = 0; i <= interim_answers_max && !result.error; ++i) {
        parser.emplace();
        parser->header_limit(answer_head_max);
        parser->body_limit(boost::none); // read_body has bounds of its own
        auto [read_error, read] = co_await http::async_read_header(stream, buffer, *parser, as_result);
        result.error = read_error;
        result.answer_began = result.answer_began || parser->got_some();
        if (parser->get().result_int() / 100 != 1) break;
      }
    }
    if (result.error) {
      time_.check();
      if (write_error) result.error = write_error;
      co_return result;
    }
    result.answer = answer_in(parser->get());
    auto whole = co_await finish(stream, buffer, *parser, result.answer->body);
    result.keeps_connection =
        whole && result.answer->status >= 200 && !write_error && parser->keep_alive() && buffer.size() == 0;
    co_return result;
  }

private:
  template <class Stream>
  asio::awaitable<bool> finish(Stream& stream, beast::flat_buffer& buffer, answer_parser& parser, std::string& kept) {
    auto whole = false;
    try {
      auto step = time_.begin(body_limit, closing(stream));
      whole = co_await read_body(stream, buffer, parser, kept);
    } catch (const network_failure&) { // time was up with the header; that is the answer, whatever becomes of the body
      whole = false;
    }
    co_return whole && !time_.step_timed_out();
  }

  http_answer answer_in(const http::response_header<>& header) const {
    http_answer answer;
    answer.status = static_cast<int>(header.result_int());
    auto retry_after = header[http::field::retry_after];
    if (!retry_after.empty())
      answer.retry_after = parse_retry_after({retry_after.data(), retry_after.size()}, client_.clock_.now());
    return answer;
  }

  const webhook_client& client_;
  deadline& time_;
};

webhook_client::webhook_client(webhook_client_options options, const wall_clock& clock)
    : options_{std::move(options)}, clock_{clock}, lookup_{options_.target.base.host, options_.resolve} {
  access_.base = options_.target.base;
}

http_answer webhook_client::post(const webhook_request& request) {
  http_answer answer;
  context_.restart();
  asio::co_spawn(context_, answer_to(request), [&](const std::exception_ptr& failed, http_answer given) {
    time_ = nullptr;
    answer = std::move(given);
    if (!failed) return;
    disconnect();
    try {
      std::rethrow_exception(failed);
    } catch (const std::exception& failure) {
      answer = {};
      answer.failure = failure.what();
    }
  });
  context_.run();
  return answer;
}

void webhook_client::give_up() {
  given_up_ = true;
  asio::post(context_, [this] {
    if (time_) time_->cancel();
  });
}

asio::awaitable<http_answer> webhook_client::answer_to(const webhook_request& request) {
  time_ = std::make_shared<deadline>(context_.get_executor(), options_.timeout);
  if (given_up_) throw network_failure("given up");
  auto used_before = is_connected();
  if (!used_before) co_await connect();
  auto result = co_await exchange_over_connection(request);
  if (used_before && !result.answer && !result.answer_began) {
    // The receiver closed it while the request was on its way: nothing of it was answered.
    co_await connect();
    result = co_await exchange_over_connection(request);
  }
  if (!result.keeps_connection) disconnect();
  if (!result.answer) throw network_failure(answer_failure_clause(result.error, answer_head_max, body_read_max));
  co_return std::move(*result.answer);
}

asio::awaitable<webhook_client::exchange_result>
webhook_client::exchange_over_connection(const webhook_request& request) {
  exchange one{*this, *time_};
  if (auto* stream = std::get_if<tls_socket>(&connection_)) co_return co_await one.run(*stream, request);
  co_return co_await one.run(std::get<tcp_socket>(connection_), request);
}

/// True if the connection may be used again. A receiver that sends anything between two answers has closed it, or is
/// out of step.
bool webhook_client::is_connected() {
  auto* tls = std::get_if<tls_socket>(&connection_);
  auto* socket = tls ? &tls->next_layer() : std::get_if<tcp_socket>(&connection_);
  if (!socket) return false;
  char byte = 0;
  auto quiet = !(tls && holds_bytes(*tls)) && ::recv(socket->native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 &&
               (errno == EAGAIN || errno == EWOULDBLOCK);
  if (quiet && std::chrono::steady_clock::now() < connected_at_ + connection_life_max) return true;
  disconnect();
  return false;
}

asio::awaitable<void> webhook_client::connect() {
  disconnect();
  auto addresses = co_await find_addresses();
  auto socket = co_await connect_to_any(std::move(addresses), *time_);
  connected_at_ = std::chrono::steady_clock::now();
  if (!access_.base.tls) {
    connection_.emplace<tcp_socket>(std::move(socket));
    co_return;
  }
  try {
    access_.tls = make_tls_context(options_.ca_file);
  } catch (const std::invalid_argument& failure) {
    throw network_failure(std::string{"ca-file: "} + failure.what());
  }
  auto stream = co_await secure(std::move(socket), access_, *time_);
  connection_.emplace<tls_socket>(std::move(stream));
}

/// The receiver's addresses that may be connected to.
asio::awaitable<std::vector<tcp::endpoint>> webhook_client::find_addresses() {
  std::vector<asio::ip::address> found;
  if (access_.base.is_address)
    found.push_back(asio::ip::make_address(access_.base.host));
  else
    found = co_await lookup_.find(*time_);
  auto chosen = choose_targets(found, {options_.allow_private_targets, access_.base.tls});
  if (chosen.allowed.empty()) throw network_failure(chosen.refusal);
  std::vector<tcp::endpoint> endpoints;
  for (auto& address : chosen.allowed) endpoints.emplace_back(address, access_.base.port);
  co_return endpoints;
}

} // namespace floorwalker
