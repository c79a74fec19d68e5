// The port to what outlives a journal actor: the trail itself.
#pragma once

#include "actors/audit/recovered_trail.hpp"
#include "actors/audit/trail_position.hpp"
#include "messages/actors.hpp"
#include "messages/journal_records.hpp"
#include "messages/trail_reader.hpp"

#include <optional>
#include <vector>

namespace floorwalker {

/// Where a journal begins.
struct trail_beginning {
  trail_position end;              ///< behind every record that was taken, committed or not
  std::uint64_t committed = 0;     ///< the last committed record's sequence
  std::vector<epoch_start> epochs; ///< the running one last
  std::string node;
};

/// One tenant's trail. It has one journal actor at a time, and a journal that is started again goes on where the one
/// before it ended. Every call returns at once.
class journal_storage : public trail_reader {
public:
  /// From now on `receiver` gets the trail's progress.
  virtual trail_beginning open(journal_actor receiver) = 0;

  /// Takes a batch with at least one record, which begins right behind the last one taken; `end` is its own last record.
  /// It is written in this order, however long the disk takes: the journal bounds how much waits.
  virtual void append(const committed_batch_ptr& batch, const trail_position& end) = 0;

  /// The last record taken, if it is time for a snapshot; else none.
  virtual std::optional<std::uint64_t> snapshot_due() = 0;
  /// Keeps what was collected after snapshot_due() gave its sequence.
  virtual void keep(trail_snapshot snapshot) = 0;
};

using journal_storage_ptr = std::shared_ptr<journal_storage>;

} // namespace floorwalker
