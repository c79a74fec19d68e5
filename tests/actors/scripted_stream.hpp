// An event stream that does nothing by itself: tests say what its connections live through.
#pragma once

#include "actors/connection/event_stream.hpp"

#include <caf/send.hpp>

#include <fmt/format.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace floorwalker::testing {

/// A connection that does nothing by itself; `calls` is what was asked of it.
class scripted_connection : public event_stream_connection {
public:
  scripted_connection(stream_request asked, socket_actor reports_to, tracker_actor feeds)
      : request{std::move(asked)}, socket{std::move(reports_to)}, tracker{std::move(feeds)} {}

  void ping() noexcept override {
    calls.emplace_back("ping");
    if (answers_pings) ++heard;
  }
  void close(std::uint16_t code, std::string reason, bool read_to_end) noexcept override {
    calls.push_back(fmt::format("close {} {}{}", code, reason, read_to_end ? " read to end" : ""));
    if (answers_closes) end({.by_us = true, .code = 1000, .our_reason = std::move(reason)});
  }
  void drop(std::string why) noexcept override {
    calls.push_back("drop: " + why);
    end({.kind = upgraded ? stream_end_kind::closed : stream_end_kind::connect_failed, .reason = std::move(why)});
  }
  std::uint64_t octets_heard() const noexcept override { return heard; }
  bool paused() const noexcept override { return suspended; }
  void batch_done(observation_batch_ptr) noexcept override {}

  void subscribe(utc_time at) {
    upgraded = true;
    caf::anon_send(socket, stream_upgraded{});
    caf::anon_send(tracker, source_opened{request.connection, nullptr, at});
    caf::anon_send(socket, stream_subscribed{});
  }

  /// One state change of the agent with this key arrives.
  void bring(const std::string& agent, const std::string& previous, const std::string& current, utc_time at) {
    auto batch = std::make_shared<observation_batch>();
    batch->connection = request.connection;
    auto slice = [&](const std::string& piece) {
      text_slice where{static_cast<std::uint32_t>(batch->text.size()), static_cast<std::uint32_t>(piece.size())};
      batch->text += piece;
      return where;
    };
    state_observation item;
    item.agent = slice(agent);
    item.previous = slice(previous);
    item.current = slice(current);
    item.observed_at = item.received_at = at;
    batch->items.push_back(item);
    caf::anon_send(tracker, std::move(batch));
  }

  void end(stream_end how) {
    if (std::exchange(over, true)) return;
    how.unfinished_since = unfinished_since;
    caf::anon_send(tracker, source_ended{request.connection, how, {}, {}});
    caf::anon_send(socket, std::move(how));
  }

  stream_request request;
  socket_actor socket;
  tracker_actor tracker;
  std::vector<std::string> calls;
  std::uint64_t heard = 0;
  std::optional<oldest_observation> unfinished_since;
  bool answers_closes = true, answers_pings = false, suspended = false, upgraded = false, over = false;
};

class scripted_stream : public event_stream {
public:
  event_stream_connection_ptr connect(stream_request request, socket_actor socket, tracker_actor tracker) override {
    connections.push_back(
        std::make_shared<scripted_connection>(std::move(request), std::move(socket), std::move(tracker)));
    return connections.back();
  }
  std::vector<std::shared_ptr<scripted_connection>> connections;
};

} // namespace floorwalker::testing
