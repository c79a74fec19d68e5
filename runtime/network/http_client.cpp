#include "runtime/network/http_client.hpp"

#include "runtime/network/answer_failure.hpp"
#include "runtime/network/dial.hpp"
#include "runtime/network/network_failure.hpp"
#include "runtime/network/retry_after.hpp"
#include "runtime/network/secret_text.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <spdlog/spdlog.h>

namespace floorwalker {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using boost::system::error_code;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t read_ahead_max = 64 * 1024;

/// Everything one request needs, for as long as its coroutine runs.
struct fetch {
  platform_access_ptr access;
  http_request request;
  http_limits limits;
  const wall_clock& clock;
  std::function<void(http_answer)> done;
};

http::request<http::string_body> to_beast(fetch& job) {
  auto& from = job.request;
  http::request<http::string_body> request{from.body.empty() ? http::verb::get : http::verb::post, from.target, 11};
  request.set(http::field::host, job.access->base.authority());
  request.set(http::field::user_agent, job.access->user_agent);
  request.set(http::field::accept, "application/json");
  request.set(http::field::connection, "close");
  if (!from.authorization.empty()) request.set(http::field::authorization, from.authorization);
  if (!from.body.empty()) {
    request.set(http::field::content_type, from.content_type);
    request.body() = std::move(from.body);
    request.prepare_payload();
  }
  return request;
}

/// The request and its answer over a connection that stands.
template <class Stream>
asio::awaitable<http_answer> exchange(Stream& stream, fetch& job, deadline& time) {
  auto request = to_beast(job);
  http::response_parser<http::string_body> parser;
  parser.header_limit(answer_head_max);
  parser.body_limit(job.limits.body);
  beast::flat_buffer buffer{read_ahead_max};
  error_code error;
  {
    auto step = time.begin(job.limits.time, [&stream] {
      error_code ignored;
      beast::get_lowest_layer(stream).close(ignored);
    });
    auto [write_error, written] = co_await http::async_write(stream, request, as_result);
    wipe(request.body());
    // An endpoint may answer before it has read all and close: its answer says more than the failed write.
    auto [read_error, read] = co_await http::async_read(stream, buffer, parser, as_result);
    error = read_error && write_error ? write_error : read_error;
  }
  time.check();
  // Without a length the body lasts until the connection ends. In TLS that end must be a signed one, or an attacker
  // could cut the body short; Beast reports the cut as stream_truncated, so it counts as a failure here.
  if (error) throw network_failure(answer_failure_clause(error, answer_head_max, job.limits.body));
  http_answer answer;
  auto& response = parser.get();
  answer.status = static_cast<int>(response.result_int());
  auto retry_after = response[http::field::retry_after];
  if (!retry_after.empty())
    answer.retry_after = parse_retry_after({retry_after.data(), retry_after.size()}, job.clock.now());
  answer.body = std::move(response.body());
  co_return answer;
}

asio::awaitable<http_answer> run(fetch& job, deadline& time) {
  auto socket = co_await dial(*job.access, time);
  if (!job.access->base.tls) co_return co_await exchange(socket, job, time);
  auto stream = co_await secure(std::move(socket), *job.access, time);
  co_return co_await exchange(stream, job, time);
}

asio::awaitable<void> run_and_tell(std::shared_ptr<fetch> job) {
  http_answer answer;
  try {
    auto time = std::make_shared<deadline>(co_await asio::this_coro::executor, job->limits.time);
    answer = co_await run(*job, *time);
  } catch (const network_failure& failure) {
    answer = {};
    answer.failure = failure.what();
  } catch (const std::exception& e) {
    spdlog::error("A request to {} failed in an unforeseen way: {}", job->access->base.http_text(), e.what());
    answer = {};
    answer.failure = "internal failure";
  }
  wipe(job->request.body);
  wipe(job->request.authorization);
  job->done(std::move(answer));
}

} // namespace

void http_fetch(const asio::any_io_executor& strand, platform_access_ptr access, http_request request,
                http_limits limits, const wall_clock& clock, std::function<void(http_answer)> done) {
  auto job = std::make_shared<fetch>(fetch{std::move(access), std::move(request), limits, clock, std::move(done)});
  asio::co_spawn(strand, run_and_tell(std::move(job)), [](std::exception_ptr failure) {
    if (!failure) return;
    try {
      std::rethrow_exception(failure);
    } catch (const std::exception& e) {
      spdlog::error("A request's answer could not be passed on: {}", e.what());
    }
  });
}

} // namespace floorwalker
