// The port to what outlives a journal actor: the trail itself.
#pragma once

#include "actors/audit/trail_position.hpp"
#include "messages/journal_records.hpp"

namespace floorwalker {

/// One tenant's trail. It has one journal actor at a time, and a journal that is started again goes on where the one
/// before it ended.
class journal_storage {
public:
  virtual ~journal_storage() = default;

  /// The last record that was taken.
  virtual trail_position recover() = 0;

  /// Takes a batch into the trail: it begins right after the last record, and `end` is its own last record. Returns at
  /// once; from then on the batch counts as committed.
  virtual void append(const committed_batch_ptr& batch, const trail_position& end) = 0;
};

} // namespace floorwalker
