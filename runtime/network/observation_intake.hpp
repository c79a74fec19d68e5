// From frames to batches to the tracker: the part of a stream session that knows no socket.
#pragma once

#include "actors/wall_clock.hpp"
#include "messages/actors.hpp"
#include "messages/wire/stream_decoder.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace floorwalker {

/// Decodes one connection's frames into batches, hands these to the tracker as its credit allows, and tells the socket
/// actor what happens. Used on the session's strand only.
class observation_intake {
public:
  static constexpr std::size_t credit = 2;               ///< batches that the tracker may owe us
  static constexpr std::size_t sizeable_items = 128;     ///< beyond this a larger batch saves next to nothing
  static constexpr std::size_t batch_items_max = 256;    ///< a batch of so many items is full
  static constexpr std::size_t batch_text_max = 1 << 16; ///< or of so much text

  enum class outcome : std::uint8_t { taken, rejected };

  /// `label` names the connection in log lines. `clock` must outlive this.
  observation_intake(std::string label, std::uint64_t connection, socket_actor socket, tracker_actor tracker,
                     const wall_clock& clock);

  /// The WebSocket stands.
  void upgraded();

  /// Where the tracker shall return its credit. Before the first frame.
  void set_source(std::weak_ptr<observation_source> source) { source_ = std::move(source); }

  /// Reads one frame that arrived at `at`. The acknowledgement opens the source first at the tracker and then at the
  /// socket actor; `rejected` asks for a close (see reject_reason).
  outcome take(std::string_view frame, bool is_text, utc_time at);
  const std::string& reject_reason() const { return decoder_.reject_reason(); }

  /// Hands the open batch over if it holds anything and credit is free. False if the batch had to stay.
  bool hand_over();
  /// True if the open batch is worth a message of its own, however much more has arrived.
  bool sizeable() const { return batch_->items.size() >= sizeable_items; }
  /// Makes room in the open batch. False if it is full and the tracker owes us: read no further.
  bool make_room() { return !full() || hand_over(); }

  /// The tracker is done with a batch: its memory is used again.
  void returned(observation_batch_ptr batch);

  /// Hands over what there is, even beyond the credit. For a connection about to close.
  void flush();

  /// Hands over what there is, ends the source at the tracker and the stream at the socket actor, and forgets both.
  /// For a connection that was never acknowledged last_received is the present. Only the first call counts.
  void end(stream_end how);
  bool ended() const { return !to_; }

private:
  struct actors {
    socket_actor socket;
    tracker_actor tracker;
  };

  bool full() const { return batch_->items.size() >= batch_items_max || batch_->text.size() >= batch_text_max; }
  void send_batch();
  void note_malformed(std::string_view frame, bool is_text);

  std::string label_;
  std::uint64_t connection_;
  std::optional<actors> to_;                 ///< empty after the end: actors hold us and we them
  std::weak_ptr<observation_source> source_; ///< our session, which owns us
  const wall_clock& clock_;
  wire::stream_decoder decoder_;
  observation_batch_ptr batch_;
  std::vector<observation_batch_ptr> spares_;
  std::vector<observation_batch_ptr> owed_; ///< handed over and not returned, in their order; only read here
  bool opened_ = false;
  bool event_seen_ = false;
  bool event_told_ = false;
  std::optional<utc_time> last_received_;
  std::optional<std::chrono::steady_clock::time_point> last_warning_;
  std::uint64_t unwarned_ = 0; ///< malformed frames since the last warning
};

} // namespace floorwalker
