// How far one sink is in one tenant's trail, and what it does next. Pure: no CAF, no I/O, no clock.
#pragma once

#include "messages/trail_reader.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace floorwalker {

/// The first sequence that a sink with this cursor has not delivered. In an epoch that began after the cursor's own, the
/// sequences behind its start are new records, even if the cursor is further on.
std::uint64_t next_after(const trail_cursor& cursor, const std::vector<epoch_start>& epochs);

/// Follows a trail: takes batches as the journal hands them over while they follow directly, and reads the trail where
/// they don't, because the sink had no room or was not there. One read at a time. What is handed over meanwhile is kept,
/// up to a bound, so that a sink which has caught up needs no further read.
class trail_course {
public:
  /// Batches kept while a read is under way, the newest ones.
  static constexpr std::size_t ahead_max = 16;

  /// Begins with sequence `next`; the trail is committed up to `end`.
  trail_course(std::uint64_t next, std::uint64_t end) : next_{next}, end_{end} {}

  /// The trail is committed up to `sequence` now.
  void grown(std::uint64_t sequence) { end_ = end_ < sequence ? sequence : end_; }

  /// A batch came from the journal. True: it is the next one, there is room for it, and it is taken.
  bool offered(const committed_batch_ptr& batch, bool room);

  /// Where to read from, if the trail is ahead and no read is under way.
  std::optional<std::uint64_t> to_read() const {
    if (reading_ || next_ > end_) return std::nullopt;
    return next_;
  }
  void reading() { reading_ = true; }

  /// The read has ended. An answer to a question that was not asked is not `wanted` and changes nothing. Else the batch
  /// is taken, or there is a `problem`. `missing` records are no longer kept and were skipped.
  struct answer {
    bool wanted = false;
    std::uint64_t missing = 0;
    std::string problem = {};
  };
  answer read(const trail_stretch& stretch);

  /// The next of the batches that were kept while a read was under way, which is taken; null: it is not among them.
  committed_batch_ptr take_kept();
  void drop_kept() { kept_.clear(); }

  std::uint64_t done() const { return next_ - 1; } ///< everything up to here was taken
  std::uint64_t behind() const { return end_ < next_ ? 0 : end_ - next_ + 1; }

private:
  void take(const committed_batch& batch) { next_ = batch.positions.back().sequence + 1; }

  std::uint64_t next_;
  std::uint64_t end_;
  bool reading_ = false;
  std::deque<committed_batch_ptr> kept_; ///< each follows the one before it directly
};

} // namespace floorwalker
