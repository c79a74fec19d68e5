// A trail as it is written: records become frames, frames batches, batches segments, with checkpoints between them.
#pragma once

#include "messages/actors.hpp"
#include "messages/journal_records.hpp"
#include "runtime/audit/segment_output.hpp"
#include "runtime/audit/segment_table.hpp"
#include "runtime/audit/snapshot_text.hpp"
#include "runtime/audit/trail_options.hpp"
#include "runtime/audit/trail_recovery.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace floorwalker {

/// Where a trail is written to. Calls that touch the disk give a clause on what failed, or nothing. All may be made again
/// after a failure or an exception. Not for several threads.
class trail_output {
public:
  /// Goes on where `found` ended. `options` and `table` have to outlive it.
  trail_output(const trail_options& options, const recovery& found, segment_table& table);

  /// Makes everything ready for the first record: the folder, the segment, the files beside it.
  std::string prepare();

  /// The segment takes no more records: what waits is to be written, and the next one begun.
  bool full() const;
  /// So much waits that it is to be written.
  bool has_batch() const { return batch_.size() >= options_.pace.batch_bytes; }
  bool waiting() const { return !batch_.empty(); }

  /// Adds a record to the batch that waits, or nothing, if it throws: std::length_error for one that no frame holds.
  void add(const committed_batch& batch, std::size_t index);
  /// The wall clock was set since the last record.
  void clock_stepped() { flags_ |= flag_clock_stepped; }

  /// Records that no checkpoint covers, in this run; not those that tell of checkpoints.
  std::uint64_t unsealed_records() const { return unsealed_records_; }
  bool unsealed() const { return next_.unsealed && options_.key; }
  /// Not only records that tell of checkpoints wait for one.
  bool wants_checkpoint() const { return unsealed() && wants_checkpoint_; }
  /// Adds a checkpoint to the batch, if there are records that none covers.
  void add_checkpoint(utc_time now);

  /// The checkpoints that were written since this was last called.
  std::vector<published_checkpoint> take_checkpoints() { return std::exchange(announced_, {}); }

  /// That the segment is still where its name says: what is written to a file that somebody removed is lost.
  std::string check_place() { return output_.check_place(); }

  /// Writes the batch that waits.
  std::string write();
  /// Begins the segment behind a full one.
  std::string begin_segment(utc_time now);
  /// Writes a snapshot of what was known at `place` or later.
  std::string keep(const trail_snapshot& snapshot, const trail_place& place);
  /// Removes segments by the limits, none that the last snapshot needs, and what an earlier removal left.
  std::string remove_old(utc_time now);

  const trail_place& committed() const { return committed_; }

private:
  std::uint8_t flag_of_a_beginning() const;
  void append_whole(const frame_head& head, std::string_view payload);
  void announce(const published_checkpoint& published) const;
  std::string sign(const std::string& text) const { return options_.key->sign(text); }
  /// Adds this node's key to those that signed the trail before.
  std::string write_public_key();
  std::string write_anchor(std::size_t count, utc_time now);
  std::size_t removable() const;

  const trail_options& options_;
  file_system& files_;
  segment_table& table_;
  segment_output output_;
  std::vector<trail_segment> segments_;
  std::vector<std::string> leftovers_;
  std::shared_ptr<const std::string> node_;
  std::uint64_t epoch_;
  bool begins_segment_; ///< nothing may be added to the last segment
  bool resumes_;        ///< the last segment is still to be opened
  bool writes_identity_;
  trail_place committed_;
  trail_place next_; ///< behind the batch that waits
  chain_hasher hasher_;
  std::string batch_;
  std::vector<published_checkpoint> published_; ///< in the batch
  std::vector<published_checkpoint> announced_; ///< on the disk, and not taken yet
  std::uint8_t flags_ = 0;                      ///< for the next record
  std::uint64_t unsealed_records_ = 0;
  bool wants_checkpoint_;
  monitored_agents monitored_;
  std::string snapshot_segment_; ///< in which the last snapshot lies; empty: there is none
};

} // namespace floorwalker
