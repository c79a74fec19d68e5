// One connection to the virtual platform: both ends of a wire with latency, in virtual time.
#pragma once

#include "messages/wire/stream_decoder.hpp"
#include "tests/simulation/virtual_platform.hpp"

#include <deque>
#include <string>

namespace floorwalker::simulation {

/// The client's end implements the port as a socket does: credit, pausing, reading to the end.
class virtual_connection : public event_stream_connection, public std::enable_shared_from_this<virtual_connection> {
public:
  virtual_connection(virtual_platform& platform, std::uint64_t number, stream_request request, socket_actor socket,
                     tracker_actor tracker)
      : platform_(platform),
        number_(number),
        request_(std::move(request)),
        socket_(std::move(socket)),
        tracker_(std::move(tracker)) {}

  // --- the port ---
  void batch_done(observation_batch_ptr batch) noexcept override;
  void ping() noexcept override;
  void close(std::uint16_t code, std::string reason, bool read_to_end) noexcept override;
  void drop(std::string why) noexcept override;
  std::uint64_t octets_heard() const noexcept override { return heard_; }
  bool paused() const noexcept override { return paused_; }

  // --- the platform's side ---
  void begin(); ///< decides what becomes of the attempt
  /// Puts a frame on the wire; it arrives after those before it.
  utc_time send(std::string frame);
  void server_close(std::uint16_t code, std::string reason);
  void server_drop();
  void server_reset();
  /// The client's process is gone: nobody is left to be told.
  void abandon();
  void stall() {
    note("stalls");
    stalled_ = true;
  }

  /// The tracker behind it crashes between two messages.
  void fail_tracker();

  bool acknowledged() const { return acknowledged_; }
  /// Events are sent: acknowledged, and neither side has begun to close.
  bool listening() const { return acknowledged_ && !server_done_ && !stalled_; }
  bool alive() const { return !ended_; }
  bool watches(const std::string& id) const { return agents_.contains(id); }
  std::uint32_t slot() const { return request_.slot; }
  std::uint64_t number() const { return number_; }

private:
  static constexpr std::size_t credit = 2;

  void note(std::string_view what) const; ///< for a person who looks into one seed
  void deliver(const std::string& frame);
  void hand_over_batch();
  void read_waiting();
  void end(stream_end how);
  void subscribe();

  virtual_platform& platform_;
  std::uint64_t number_;
  stream_request request_;
  socket_actor socket_;
  tracker_actor tracker_;
  wire::stream_decoder decoder_;
  observation_batch_ptr batch_;
  std::vector<observation_batch_ptr> owed_; ///< handed over and not given back
  std::deque<std::string> unread_;          ///< arrived while paused
  std::optional<stream_end> end_after_unread_;
  std::set<std::string> agents_;
  utc_time last_arrival_{};
  utc_time last_received_{};
  std::uint64_t heard_ = 0;
  std::uint64_t epoch_ = 0; ///< a reset makes everything under way worthless
  bool paused_ = false;
  bool carried_event_ = false;
  bool acknowledged_ = false; ///< the platform's view
  bool server_done_ = false;
  bool stalled_ = false;
  bool discarding_ = false;
  bool closing_ = false;
  bool opened_ = false;
  bool ended_ = false;
};

} // namespace floorwalker::simulation
