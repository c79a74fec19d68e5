#include "runtime/http/served_connection.hpp"

#include "messages/wire/printable_sample.hpp"
#include "runtime/http/access_refusal.hpp"
#include "runtime/http/pending_exchange.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/http/error.hpp>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <utility>

namespace floorwalker {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;
using clock = std::chrono::steady_clock;

constexpr std::size_t read_bytes = 4 * 1024;
constexpr std::size_t slice_bytes = 64 * 1024; ///< of a stream or a large body, sent in one piece
constexpr std::chrono::milliseconds linger_time{2'000};
constexpr std::chrono::seconds check_callers_every{1};
constexpr std::size_t unwanted_bytes_max = 64 * 1024; ///< that a client may send where nothing is read any more

request_problem problem_of(const error_code& error) {
  if (error == http::error::header_limit) return {431, "Headers too large", "The request's head is too large."};
  if (error == http::error::body_limit) return {413, "Content too large", "The request's body is too large."};
  if (error == http::error::bad_version)
    return {505, "Version not supported", "This server speaks HTTP/1.1 and HTTP/1.0."};
  return {400, "Bad request", "This is no well-formed HTTP request."};
}

answer_circumstances circumstances_of(const understood_request& asked) {
  auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  return {asked.is_head, asked.old_protocol, asked.keep_alive, asked.if_none_match, asked.accept_encoding, now};
}

} // namespace

served_connection::served_connection(std::shared_ptr<server_core> core, std::unique_ptr<client_wire> wire,
                                     std::string peer, bool from_loopback)
    : core_(std::move(core)),
      wire_(std::move(wire)),
      peer_(std::move(peer)),
      from_loopback_(from_loopback),
      gate_(wire_->socket().get_executor(), clock::time_point::max()) {}

served_connection::~served_connection() {
  if (stream_) stream_->abandon();
}

void served_connection::start(bool refused) {
  auto self = shared_from_this();
  core_->connections.push_back(self);
  asio::co_spawn(gate_.get_executor(), run(refused),
                 [self, at = std::prev(core_->connections.end())](const std::exception_ptr& failure) {
                   if (failure) spdlog::error("http: the connection with {} failed in an unforeseen way", self->peer_);
                   if (auto stream = std::exchange(self->stream_, nullptr)) stream->end();
                   self->leave_idle();
                   self->wire_->close();
                   self->core_->connections.erase(at);
                   if (!self->core_->connections.empty()) return;
                   if (auto tell = std::exchange(self->core_->on_empty, nullptr)) tell();
                 });
}

void served_connection::look_at_clock(steady_time now) {
  if (now >= deadline_) {
    // What does not end by being cancelled ends a second later by being closed.
    if (std::exchange(expired_, true))
      wire_->close();
    else
      wire_->cancel();
    deadline_ = now + std::chrono::seconds{1};
    wake();
  }
  if (!stream_ || now - checked_ < check_callers_every) return;
  checked_ = now;
  if (core_->access->still_valid(credential_, now)) return;
  spdlog::debug("http: the caller of a stream at {} has signed out or lost the right to it", peer_);
  close();
}

void served_connection::drain() {
  last_ = true;
  if (stream_) stream_->close();
  if (idle_) close();
}

void served_connection::close() {
  leave_idle();
  client_gone_ = true;
  wire_->close();
  wake();
}

void served_connection::answered(std::uint64_t number, served_answer answer) {
  if (number != number_ || !std::holds_alternative<std::monostate>(outcome_)) return;
  outcome_ = std::move(answer);
  wake();
}

void served_connection::opened(std::uint64_t number, stream_head head, std::shared_ptr<buffered_stream> stream) {
  if (number != number_ || !std::holds_alternative<std::monostate>(outcome_)) return stream->end();
  outcome_ = opened_stream{std::move(head), std::move(stream)};
  wake();
}

// --- time ---

void served_connection::limit(std::chrono::milliseconds time) {
  expired_ = false;
  deadline_ = clock::now() + time;
}

void served_connection::no_limit() {
  expired_ = false;
  deadline_ = steady_time::max();
}

void served_connection::wake() {
  woken_ = true;
  gate_.cancel();
}

asio::awaitable<void> served_connection::sleep() {
  while (!woken_) co_await gate_.async_wait(asio::as_tuple(asio::use_awaitable));
  woken_ = false;
}

void served_connection::enter_idle() {
  if (!idle_) idle_ = core_->idle.insert(core_->idle.end(), this);
}

void served_connection::leave_idle() {
  if (auto at = std::exchange(idle_, std::nullopt)) core_->idle.erase(*at);
}

// --- the way of a request ---
// Every co_await is a statement of its own: within conditions GCC 12 makes crashing code of it (decision 0018).

asio::awaitable<void> served_connection::run(bool refused) {
  limit(core_->limits.head_time);
  enter_idle();
  if (refused) leave_idle(); // it must not make room for another one before it was told
  auto error = co_await wire_->handshake();
  if (error) {
    spdlog::debug("http: {} made no TLS connection: {}", peer_, error.message());
    co_return;
  }
  if (refused) {
    co_await refuse(503, "Too many connections", "The server has as many connections as it may have. Try again later.");
    co_return;
  }
  for (bool more = true; more;) more = co_await serve_one();
}

asio::awaitable<bool> served_connection::serve_one() {
  bool arrived = co_await wait_for_request();
  if (!arrived) co_return false;
  understood_request asked;
  {
    request_parser from;
    from.header_limit(static_cast<std::uint32_t>(core_->limits.head_bytes));
    from.body_limit(core_->limits.body_bytes);
    arrived = co_await read_request(from);
    if (!arrived) co_return false;
    asked = understand(from, peer_);
  }
  if (buffer_.size() == 0) buffer_ = {};
  if (last_ || core_->draining) asked.keep_alive = false;
  dispatch(asked);
  co_await wait_for_outcome();
  ++number_; // what is answered from now on is too late
  auto outcome = std::exchange(outcome_, std::monostate{});
  if (last_ || core_->draining) asked.keep_alive = false;
  auto circumstances = circumstances_of(asked);
  if (auto* opened = std::get_if<opened_stream>(&outcome)) {
    credential_ = asked.credential;
    log_answer(asked, 200, 0);
    co_await send_stream(std::move(*opened), circumstances);
    co_return false;
  }
  auto* answer = std::get_if<served_answer>(&outcome);
  auto late = problem_answer(503, "Not answered in time", "The server is too busy to answer this now.");
  auto& sent = answer ? *answer : late;
  auto status = sent.status;
  auto bytes = sent.body.size();
  bool fine = co_await send_answer(std::move(sent), circumstances);
  log_answer(asked, status, bytes);
  if (fine && asked.keep_alive) co_return true;
  limit(linger_time);
  if (fine) co_await wire_->end_sending();
  co_return false;
}

asio::awaitable<bool> served_connection::wait_for_request() {
  if (last_ || core_->draining) co_return false;
  enter_idle();
  if (buffer_.size() == 0) {
    if (number_ > 0) limit(core_->limits.idle_time); // else the time runs since the connection
    auto error = co_await wire_->wait_for_bytes();
    if (!error && !client_gone_ && !expired_) error = co_await read_more();
    if (error || client_gone_) co_return false;
  }
  limit(core_->limits.head_time);
  co_return true;
}

asio::awaitable<error_code> served_connection::read_more() {
  auto [error, bytes] = co_await wire_->read_some(buffer_.prepare(read_bytes));
  buffer_.commit(bytes);
  co_return error;
}

asio::awaitable<bool> served_connection::read_request(request_parser& from) {
  bool read = co_await read_until(from, true);
  if (!read) co_return false;
  if (from.is_done()) {
    leave_idle();
    co_return true;
  }
  bool asks_first = boost::beast::iequals(from.get()[http::field::expect], "100-continue");
  if (asks_first) {
    constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
    read = co_await send(go_on);
    if (!read) co_return false;
  }
  limit(core_->limits.body_time);
  read = co_await read_until(from, false);
  leave_idle();
  co_return read;
}

asio::awaitable<bool> served_connection::read_until(request_parser& from, bool head_only) {
  from.eager(!head_only);
  for (;;) {
    if (head_only ? from.is_header_done() : from.is_done()) co_return true;
    error_code error = http::error::need_more;
    if (buffer_.size() > 0) {
      buffer_.consume(from.put(buffer_.data(), error));
      if (error && error != http::error::need_more) {
        auto problem = problem_of(error);
        co_await refuse(problem.status, problem.title, problem.detail);
        co_return false;
      }
      if (!error) continue;
      if (buffer_.size() > core_->limits.head_bytes) {
        // Heads are limited by the parser, and bodies leave the buffer, but not extensions of chunks and trailers.
        auto problem = problem_of(http::error::body_limit);
        co_await refuse(problem.status, problem.title, problem.detail);
        co_return false;
      }
    }
    error = co_await read_more();
    if (!error) continue;
    if (expired_ && !client_gone_) co_await refuse(408, "Request too slow", "The request did not arrive in time.");
    co_return false;
  }
}

std::optional<served_answer> served_connection::refusal_of(const understood_request& asked,
                                                           const route_match& route) const {
  if (asked.problem) return problem_answer(asked.problem->status, asked.problem->title, asked.problem->detail);
  if (!serves_host(core_->hosts, asked.authority))
    return problem_answer(421, "Not served under this name",
                          "The server does not answer to this Host. The key http.hosts adds names.");
  const auto& method = asked.request.method;
  if (!is_own_origin(asked.origin, asked.fetch_site, asked.authority, method == "GET" || method == "OPTIONS"))
    return problem_answer(403, "Foreign origin", "Only pages of this server may send this request.");
  if (route.allowed.empty()) return unknown_path_answer();
  if (method == "OPTIONS" || !route.handler) {
    auto answer = method == "OPTIONS"
                      ? empty_answer()
                      : problem_answer(405, "Method not allowed", "This address takes: " + route.allowed + ".");
    answer.headers.emplace_back("Allow", route.allowed);
    return answer;
  }
  return {};
}

void served_connection::dispatch(understood_request& asked) {
  auto now = clock::now();
  limit(core_->limits.answer_time);
  auto route = core_->routes.match(asked.request.method, asked.request.path);
  if (auto refusal = refusal_of(asked, route)) return answered(number_, std::move(*refusal));
  auto from_here = from_loopback_ && !asked.proxied;
  auto known = core_->access->identify({asked.authorization, asked.session, peer_, from_here}, now);
  if (route.least != caller_role::nobody) {
    if (auto refusal = access_refusal(known, route.least)) return answered(number_, std::move(*refusal));
    for (const auto& [name, value] : route.captures)
      if (name == "tenant" && !known.caller.sees(value)) return answered(number_, unknown_tenant_answer());
  }
  if (auto refusal = query_refusal(asked.request.parameters, *route.takes))
    return answered(number_, std::move(*refusal));
  asked.credential = known.credential;
  auto request = std::move(asked.request);
  // What the log needs of it.
  asked.request.method = request.method;
  asked.request.path = request.path;
  asked.request.caller.name = known.caller.name;
  request.captures = std::move(route.captures);
  request.caller = std::move(known.caller);
  request.credential = std::move(known.credential);
  auto exchange = std::make_shared<pending_exchange>(weak_from_this(), number_, core_->door, core_->pacer,
                                                     core_->limits.stream_bytes);
  try {
    (*route.handler)(std::move(request), exchange);
  } catch (const std::exception& failure) {
    spdlog::error("http: the handler of {} {} failed: {}", asked.request.method,
                  wire::printable_sample(asked.request.path), failure.what());
    answered(number_, problem_answer(500, "Internal failure", "The request failed; the log says why."));
  }
}

asio::awaitable<void> served_connection::wait_for_outcome() {
  while (std::holds_alternative<std::monostate>(outcome_) && !expired_ && !client_gone_) co_await sleep();
  no_limit();
}

asio::awaitable<bool> served_connection::send_answer(served_answer answer, const answer_circumstances& circumstances) {
  auto text = compose_answer(std::move(answer), circumstances);
  bool apart = text.body.size() > slice_bytes;
  if (!apart) text.head += text.body;
  bool fine = co_await send(text.head);
  if (fine && apart) fine = co_await send(text.body);
  co_return fine;
}

asio::awaitable<bool> served_connection::send(std::string_view bytes) {
  while (!bytes.empty()) {
    limit(core_->limits.send_time);
    auto [error, written] = co_await wire_->write_some(asio::buffer(bytes.data(), std::min(bytes.size(), slice_bytes)));
    if (error || client_gone_) co_return false;
    bytes.remove_prefix(written);
  }
  no_limit();
  co_return true;
}

asio::awaitable<void> served_connection::send_stream(opened_stream opened, const answer_circumstances& circumstances) {
  stream_ = std::move(opened.stream);
  auto stream = stream_;
  auto head = compose_stream_head(opened.head, circumstances);
  bool alive = co_await send(head);
  if (alive && !circumstances.head_only) {
    asio::co_spawn(gate_.get_executor(), watch_client(), asio::detached);
    stream->attach([connection = weak_from_this()] {
      if (auto self = connection.lock()) self->wake();
    });
  }
  auto chunked = !circumstances.old_protocol;
  if (last_ || core_->draining) stream->close();
  std::string out;
  while (alive && !client_gone_ && !circumstances.head_only) {
    constexpr std::string_view size_place = "00000000\r\n";
    out = chunked ? size_place : std::string_view{};
    auto taken = stream->take(out, slice_bytes);
    if (taken == 0 && stream->finished()) break;
    if (taken == 0) {
      if (out.capacity() > read_bytes) std::string{}.swap(out);
      co_await sleep();
      continue;
    }
    if (chunked) {
      fmt::format_to(out.begin(), "{:08x}", taken);
      out += "\r\n";
    }
    alive = co_await send(out);
    if (alive) stream->sent(taken);
  }
  bool ends_properly = alive && !client_gone_ && chunked && !circumstances.head_only;
  if (ends_properly) {
    constexpr std::string_view last_chunk = "0\r\n\r\n";
    alive = co_await send(last_chunk);
  }
  stream->end();
  limit(linger_time);
  if (alive && !client_gone_) co_await wire_->end_sending();
}

asio::awaitable<void> served_connection::watch_client() {
  auto self = shared_from_this();
  std::array<char, 512> unwanted;
  std::size_t seen = 0;
  while (seen < unwanted_bytes_max) {
    auto [error, bytes] = co_await wire_->read_some(asio::buffer(unwanted));
    if (error) break;
    seen += bytes;
  }
  close();
}

asio::awaitable<void> served_connection::refuse(int status, std::string_view title, std::string_view detail) {
  leave_idle();
  answer_circumstances circumstances;
  circumstances.keep_alive = false;
  circumstances.now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  spdlog::debug("http: {} {} to {}", status, title, peer_);
  auto answer = problem_answer(status, title, detail);
  bool fine = co_await send_answer(std::move(answer), circumstances);
  if (fine) co_await linger();
}

asio::awaitable<void> served_connection::linger() {
  // Closing while the client still sends would take the answer out of its hands (RFC 9112 §9.6).
  limit(linger_time);
  co_await wire_->end_sending();
  std::array<char, 4096> unwanted;
  std::size_t seen = 0;
  while (seen < unwanted_bytes_max && !expired_ && !client_gone_) {
    auto [error, bytes] = co_await wire_->read_some(asio::buffer(unwanted));
    if (error) break;
    seen += bytes;
  }
}

void served_connection::log_answer(const understood_request& asked, int status, std::size_t bytes) const {
  if (!spdlog::should_log(spdlog::level::debug)) return;
  auto took = std::chrono::duration_cast<std::chrono::milliseconds>(clock::now() - asked.begun);
  // The path only: a query may hold anything, and what a client sends there is its own.
  spdlog::debug("http: {} {} {} {} B {} ms, {} as {}", asked.is_head ? "HEAD" : asked.request.method,
                wire::printable_sample(asked.request.path), status, bytes, took.count(), peer_,
                asked.request.caller.name.empty() ? "nobody" : asked.request.caller.name);
}

} // namespace floorwalker
