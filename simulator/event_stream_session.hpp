// One event stream connection, from its upgrade to its end.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include "simulator/platform.hpp"
#include "simulator/switchboard.hpp"
#include "simulator/websocket_codec.hpp"
#include "simulator/wire_stream.hpp"

namespace floorwalker::simulator {

/// What the upgrade found out.
struct stream_entry {
  std::uint32_t tenant = 0;
  instant token_expires_at{};
  bool compression = false; ///< agreed with the client
  std::string user_agent;
  std::string early_bytes; ///< what the client sent right behind its request
};

/// All writes go through one pair of buffers: one is filled while the other is written, so frames never interleave and
/// hundreds of events leave in one call. Keeps itself alive until its connection has ended. The gateway's thread.
class event_stream_session final : public listener, public std::enable_shared_from_this<event_stream_session> {
public:
  event_stream_session(std::shared_ptr<wire_stream> stream, platform& home, stream_entry entry);

  /// Runs the connection to its end. Holds the session.
  asio::awaitable<void> run();

  /// Pings, time-outs and token expiry; called several times a second.
  void tick(instant now);
  /// Closes with a code of ours, where that is still possible.
  void close(std::uint16_t code, std::string_view reason, std::string_view ending);
  bool ended() const { return mode_ == mode::ended; }

  // listener
  bool can_take() const override { return filling_.size() < buffer_full; }
  void send_text(std::string_view message) override;
  void send_frame(opcode kind, std::string_view payload, std::uint8_t first_bits) override;
  void flush() override;
  void suffer(const fault& what) override;

private:
  enum class mode : std::uint8_t { subscribing, live, closing, stalled, cut_off, ended };

  static constexpr std::size_t buffer_full = 63 * 1024;        ///< one write is about 64 KiB
  static constexpr std::size_t buffer_burst = 4 * 1024 * 1024; ///< a client that reads nothing and pings on is cut off

  bool speaks() const { return mode_ == mode::subscribing || mode_ == mode::live; }
  /// False when nothing more is to be read.
  bool handle(const client_message& message, instant now);
  void subscribe(std::string_view text, instant now);
  void accept(std::string_view text, instant now);
  bool closed_by_client(std::string_view payload, instant now);
  void written(const boost::system::error_code& error, std::size_t bytes);
  void when_written(std::function<void()> action);
  asio::awaitable<void> end_when_taken();
  asio::awaitable<void> say_goodbye();
  void tear();
  void cut_within(std::chrono::milliseconds limit);
  void release_place();
  void finish(std::string_view ending);

  std::shared_ptr<wire_stream> stream_;
  platform& home_;
  stream_entry entry_;
  frame_decoder decoder_;
  std::optional<message_deflater> deflater_;
  asio::steady_timer timer_; ///< for whatever limits the present mode
  std::string filling_;
  std::string writing_;
  std::size_t last_frame_at_ = 0; ///< where the last frame in filling_ begins
  bool write_busy_ = false;
  std::function<void()> after_writing_;
  mode mode_ = mode::subscribing;
  instant last_ping_at_{};
  std::uint64_t pings_ = 0;
  bool subscription_seen_ = false;
  bool holds_place_ = false; ///< counts among the tenant's listeners
};

} // namespace floorwalker::simulator
