// The way of an event without sockets and threads, as the engine's own parts go it: for counts that do not vary.
#pragma once

#include "actors/audit/trail_position.hpp"
#include "actors/tracking/slot_tracker.hpp"
#include "bench/event_courses.hpp"
#include "messages/journal_records.hpp"
#include "messages/state_observation.hpp"
#include "messages/wire/stream_decoder.hpp"
#include "runtime/audit/trail_format.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace floorwalker::bench {

/// How far events are taken. Each includes what stands before it.
enum class way : std::uint8_t {
  decode, ///< frames into a batch of observations
  judge,  ///< judged, with the records' texts
  number, ///< with their sequences
  trail   ///< chained frames
};

/// One listener with 50 agents. The same seed and the same number of pieces take the same instructions.
class hot_path {
public:
  explicit hot_path(way until);

  /// Takes one batch of events, each a millisecond later than in the batch before.
  void take_batch();

  std::size_t events_a_batch() const { return course_.size(); }
  std::uint64_t events() const { return events_; }
  /// Of the last batch, from the way `judge` on.
  const draft_batch& drafts() const { return *drafts_; }

private:
  void write_frames(const committed_batch& batch);

  way until_;
  event_course course_;
  utc_time now_;
  wire::stream_decoder decoder_;
  observation_batch_ptr observed_ = std::make_shared<observation_batch>();
  slot_tracker tracker_;
  std::shared_ptr<draft_batch> drafts_ = std::make_shared<draft_batch>();
  trail_identity identity_;
  trail_position position_;
  chain_hasher hasher_;
  chain_value chain_{};
  std::string frames_;
  std::uint64_t events_ = 0;
};

} // namespace floorwalker::bench
