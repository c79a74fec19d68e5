// A receiver of webhooks that answers each request as a test says, on a thread of its own.
#pragma once

#include "tests/runtime/network/scripted_gateway.hpp"

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace floorwalker::test {

struct received_request {
  std::string head;
  std::string body;
  int connection = 0; ///< from 1

  /// Empty: the request has no such header.
  std::string header(const std::string& name) const;
};

/// An answer's bytes, with its length.
std::string http_bytes(const std::string& status, const std::string& body = {}, const std::string& headers = {});

/// Reads one request; throws when there is none.
received_request read_request(gateway_connection& client);

/// Listens on 127.0.0.1, takes one connection after the other and any number of requests on each. `answer` gives the
/// bytes to be sent; behind an incomplete header (or none), or with "Connection: close" in it, the connection is closed.
/// End the client first.
class hook_receiver {
public:
  using rule = std::function<std::string(const received_request&)>;
  explicit hook_receiver(rule answer, const certificate* tls = nullptr);
  ~hook_receiver();

  std::string url(const std::string& host = "127.0.0.1") const;
  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
  /// Every request so far, in the order of arrival.
  std::vector<received_request> requests() const;
  /// Waits for the request with this number, from 1.
  received_request await_request(std::size_t number);
  int connections() const { return connections_; }

private:
  void serve(gateway_connection& client);

  rule answer_;
  boost::asio::io_context context_;
  boost::asio::ip::tcp::acceptor acceptor_;
  std::optional<boost::asio::ssl::context> tls_;
  std::atomic<int> connections_ = 0;
  std::atomic<bool> stopping_ = false;
  mutable std::mutex mutex_;
  std::condition_variable arrived_;
  std::vector<received_request> requests_; ///< guarded by mutex_
  std::thread thread_;
};

} // namespace floorwalker::test
