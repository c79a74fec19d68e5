// A node's stream that comes back by itself: after a lost connection it goes on where it was.
#pragma once

#include "actors/supervision/backoff.hpp"
#include "runtime/client/node_stream.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace floorwalker {

struct reconnecting_stream_events {
  std::function<void(const server_event&)> event;
  std::function<void(bool again)> opened;              ///< `again`: after a lost connection
  std::function<void(const std::string& why)> lost;    ///< once a lost connection, and once a failed attempt
  std::function<void(const client_failure&)> given_up; ///< refused token (3) or no such tenant (1): nothing follows
};

class reconnecting_stream {
public:
  reconnecting_stream(boost::asio::io_context& context, const node_access& access, const std::string& target,
                      reconnecting_stream_events events);

  void start() { stream_.open(last_id_); }
  void stop();

  bool connected() const { return connected_; }
  /// When the node was last heard, by the steady clock; nothing before the first time.
  std::optional<std::chrono::steady_clock::time_point> heard_at() const { return heard_at_; }
  /// When the next attempt is made, while there is no connection.
  std::chrono::steady_clock::time_point next_attempt() const { return timer_.expiry(); }
  const std::string& trouble() const { return trouble_; }

private:
  void closed(const stream_closed& how);

  node_access access_;
  reconnecting_stream_events events_;
  boost::asio::steady_timer timer_;
  chance_source chance_;
  std::string last_id_;
  std::string trouble_;
  std::optional<std::chrono::steady_clock::time_point> heard_at_;
  std::uint32_t attempt_ = 0; ///< since the node was last heard
  bool connected_ = false;
  bool was_connected_ = false;
  node_stream stream_;
};

} // namespace floorwalker
