// The connection that carries a webhook's requests.
#pragma once

#include "actors/wall_clock.hpp"
#include "messages/http_answer.hpp"
#include "runtime/network/deadline.hpp"
#include "runtime/network/name_lookup.hpp"
#include "runtime/network/platform_access.hpp"
#include "runtime/network/tls_socket.hpp"
#include "runtime/webhook/webhook_target.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace floorwalker {

struct webhook_request {
  std::string id; ///< empty: neither it nor the timestamp is sent
  std::string timestamp;
  std::string signature;          ///< empty: unsigned
  std::string body;               ///< JSON
  std::string authorization = {}; ///< the header's whole value; empty: no such header
};

struct webhook_client_options {
  webhook_target target;
  std::string ca_file; ///< read at each connect; empty: the system's trust anchors
  std::chrono::milliseconds timeout{10'000};
  bool allow_private_targets = false;
  name_resolver resolve = resolve_by_system;
};

/// Posts requests to one receiver, one at a time, over one connection that is kept as long as the receiver does, but
/// for five minutes at most, so that changed names and certificates count. Addresses are judged between look-up and
/// connect. No redirects, no cookies, no proxy. A connection that turns out to be dead when it is used again, before a
/// byte of an answer, is replaced once. Runs on the thread that calls it, and owns no other but that of a look-up.
class webhook_client {
public:
  /// `clock` turns a date in Retry-After into a delay, and must outlive the client.
  webhook_client(webhook_client_options options, const wall_clock& clock);

  /// Sends the request and waits for its answer, within the timeout: an answer of any status with the beginning of its
  /// body, or status 0 with a failure in one clause. For one thread.
  http_answer post(const webhook_request& request);

  /// Ends the request under way at once, and every further one. From any thread.
  void give_up();

private:
  struct exchange_result;
  class exchange;

  boost::asio::awaitable<http_answer> answer_to(const webhook_request& request);
  boost::asio::awaitable<exchange_result> exchange_over_connection(const webhook_request& request);
  boost::asio::awaitable<void> connect();
  boost::asio::awaitable<std::vector<boost::asio::ip::tcp::endpoint>> find_addresses();
  bool is_connected();
  void disconnect() { connection_.emplace<std::monostate>(); }

  webhook_client_options options_;
  const wall_clock& clock_;
  boost::asio::io_context context_{1};
  name_lookup lookup_;
  platform_access access_;
  std::variant<std::monostate, tcp_socket, tls_socket> connection_;
  std::chrono::steady_clock::time_point connected_at_;
  std::shared_ptr<deadline> time_; ///< of the request under way; touched by handlers of `context_` only
  std::atomic<bool> given_up_ = false;
};

} // namespace floorwalker
