// A tenant's trail on disk, behind the journal's port.
#pragma once

#include "actors/audit/journal_storage.hpp"
#include "actors/audit/recovered_trail.hpp"
#include "runtime/audit/segment_table.hpp"
#include "runtime/audit/trail_options.hpp"
#include "runtime/audit/trail_reading.hpp"
#include "runtime/audit/trail_source.hpp"
#include "runtime/audit/trail_writer.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

namespace floorwalker {

/// The format is that of docs/trail-format.md. A record is committed when it is on the disk, or, without
/// `synchronised`, when the system has taken it.
class disk_trail final : public journal_storage {
public:
  disk_trail(trail_options options, const recovery& found);

  trail_beginning open(journal_actor receiver) override;
  /// As above, for a receiver that is no actor. It is called on the writer's thread.
  trail_beginning open(trail_writer::progress_receiver receiver);
  void append(const committed_batch_ptr& batch, const trail_position& end) override;
  std::optional<std::uint64_t> snapshot_due() override;
  void keep(trail_snapshot snapshot) override;
  /// If too many reads wait, `done` is called at once with a problem.
  void read(std::uint64_t from, std::size_t bytes, read_detail detail,
            std::function<void(trail_stretch)> done) override;

  /// Writes what it has taken, with a checkpoint behind it, and lets go of the journal. To be called before the actor
  /// system ends. False: the disk has not taken it within `patience`, and the thread still runs.
  bool stop(std::chrono::milliseconds patience);
  std::uint64_t lost() const { return writer_.lost(); } ///< as trail_writer::lost()

private:
  const trail_options options_;
  std::shared_ptr<segment_table> table_;
  std::shared_ptr<trail_source> source_;
  trail_writer writer_;
};

/// Without a storage, `recovered` says what is damaged, and nothing was written.
struct opened_trail {
  std::shared_ptr<disk_trail> storage;
  std::shared_ptr<const recovered_trail> recovered;
};

/// Finds out what the trail in `options.folder` holds, and goes on with it. Blocks while it reads. To be called by
/// whoever holds the lock of the data directory.
opened_trail open_trail(trail_options options);

} // namespace floorwalker
