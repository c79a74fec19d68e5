#include "runtime/client/node_stream.hpp"

#include "runtime/network/answer_failure.hpp"
#include "runtime/network/dial.hpp"
#include "runtime/network/network_failure.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <array>
#include <utility>

namespace floorwalker {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using boost::system::error_code;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::seconds answer_patience{10};
constexpr std::size_t read_ahead_max = 64 * 1024;
constexpr std::size_t problem_bytes_max = 64 * 1024;

} // namespace

/// One connection, for as long as its coroutine runs.
struct node_stream::connection {
  node_access access;
  std::string target;
  std::string last_id;
  node_stream_events events; ///< empty after stop()
  std::shared_ptr<deadline> time;
  event_stream_parser parser;
  http_answer answer;

  void stop() {
    events = {};
    if (time) time->cancel();
  }

  http::request<http::empty_body> request() const {
    http::request<http::empty_body> asked{http::verb::get, target, 11};
    asked.set(http::field::host, access.at->base.authority());
    asked.set(http::field::user_agent, access.at->user_agent);
    asked.set(http::field::accept, "text/event-stream");
    asked.set(http::field::cache_control, "no-store");
    if (!access.authorization.empty()) asked.set(http::field::authorization, access.authorization);
    if (!last_id.empty()) asked.set("Last-Event-ID", last_id);
    return asked;
  }

  template <class Stream>
  asio::awaitable<void> follow(Stream& stream) {
    auto close = [&stream] {
      error_code ignored;
      beast::get_lowest_layer(stream).close(ignored);
    };
    http::response_parser<http::buffer_body> reader;
    reader.header_limit(answer_head_max);
    reader.body_limit(boost::none); // a stream has no end
    beast::flat_buffer buffer{read_ahead_max};
    error_code error;
    {
      auto step = time->begin(answer_patience, close);
      auto asked = request();
      auto [write_error, written] = co_await http::async_write(stream, asked, as_result);
      error = write_error;
      if (!error) {
        auto [read_error, read] = co_await http::async_read_header(stream, buffer, reader, as_result);
        error = read_error;
      }
    }
    time->check();
    if (error) throw network_failure(answer_failure_clause(error, answer_head_max, problem_bytes_max));
    answer.status = static_cast<int>(reader.get().result_int());
    auto is_stream = answer.status == 200;
    if (is_stream && events.opened) events.opened();
    std::array<char, 16 * 1024> bytes{};
    while (!reader.is_done() && answer.body.size() < problem_bytes_max) {
      reader.get().body().data = bytes.data();
      reader.get().body().size = bytes.size();
      {
        auto step = time->begin(is_stream ? stream_silence_max : answer_patience, close);
        auto [read_error, read] = co_await http::async_read_some(stream, buffer, reader, as_result);
        error = read_error;
      }
      time->check();
      std::string_view came{bytes.data(), bytes.size() - reader.get().body().size};
      if (!is_stream)
        answer.body += came;
      else if (!came.empty())
        take(came);
      if (error && error != http::error::need_buffer)
        throw network_failure(answer_failure_clause(error, answer_head_max, problem_bytes_max));
    }
    if (is_stream) throw network_failure("the node ended the stream");
  }

  void take(std::string_view bytes) {
    // stop() may be called from within an event.
    if (auto heard = events.heard) heard();
    if (!parser.feed(bytes, [this](const server_event& event) {
          if (auto take_event = events.event) take_event(event);
        }))
      throw network_failure("an event of the stream is larger than any of a node");
  }

  asio::awaitable<void> run() {
    auto socket = co_await dial(*access.at, *time);
    if (!access.at->base.tls) co_return co_await follow(socket);
    auto stream = co_await secure(std::move(socket), *access.at, *time);
    co_await follow(stream);
  }

  static asio::awaitable<void> run_and_tell(std::shared_ptr<connection> self) {
    try {
      co_await self->run();
    } catch (const std::exception& failure) {
      if (self->answer.status == 200) self->answer = {};
      self->answer.failure = failure.what();
    }
    if (auto closed = self->events.closed) closed({self->answer});
  }
};

node_stream::node_stream(asio::io_context& context, node_access access, std::string target, node_stream_events events)
    : context_{context}, access_{std::move(access)}, target_{std::move(target)}, events_{std::move(events)} {}

node_stream::~node_stream() { stop(); }

void node_stream::open(const std::string& last_id) {
  open_ = std::make_shared<connection>();
  open_->access = access_;
  open_->target = target_;
  open_->last_id = last_id;
  open_->events = events_;
  open_->time = std::make_shared<deadline>(context_.get_executor());
  asio::co_spawn(context_, connection::run_and_tell(open_), asio::detached);
}

void node_stream::stop() {
  if (open_) open_->stop();
  open_ = nullptr;
}

} // namespace floorwalker
