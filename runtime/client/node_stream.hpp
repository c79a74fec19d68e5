// A node's stream of events over one connection after another. Lives on one io_context that one thread runs.
#pragma once

#include "runtime/client/event_stream_parser.hpp"
#include "runtime/client/node_access.hpp"

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace floorwalker {

/// Why a connection ended. A status other than 200 is the node's refusal; `answer.failure` says what else it was.
struct stream_closed {
  http_answer answer;
};

struct node_stream_events {
  std::function<void()> opened; ///< the node has accepted the request
  std::function<void()> heard;  ///< bytes came, be it a comment only
  std::function<void(const server_event&)> event;
  std::function<void(const stream_closed&)> closed; ///< once a connection; nothing follows
};

/// A connection that brings nothing for this long counts as dead: the node writes a comment each 15 s at least.
inline constexpr std::chrono::seconds stream_silence_max{35};

class node_stream {
public:
  /// `target` is the stream's path and query. `context` and what the events hold must outlive the last run of it.
  node_stream(boost::asio::io_context& context, node_access access, std::string target, node_stream_events events);
  ~node_stream();

  /// Connects, and goes on behind `last_id` unless that is empty. Not while a connection is open.
  void open(const std::string& last_id);
  /// Ends the connection; no event is called any more.
  void stop();

private:
  struct connection;

  boost::asio::io_context& context_;
  node_access access_;
  std::string target_;
  node_stream_events events_;
  std::shared_ptr<connection> open_;
};

} // namespace floorwalker
