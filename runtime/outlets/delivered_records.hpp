// A group of deliveries, record by record.
#pragma once

#include "actors/sinks/outlet.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace floorwalker {

/// One record on its way to a receiver, with its name in the trail. Valid as long as its group.
struct delivered_record {
  const committed_batch* batch = nullptr;
  std::size_t index = 0; ///< in the batch
  std::string_view line; ///< what is delivered, without newline: an audit entry or a dashboard update

  const std::string& tenant() const { return *batch->tenant; }
  const std::string& node() const { return *batch->node; }
  std::uint64_t epoch() const { return batch->epoch; }
  std::uint64_t sequence() const { return batch->positions[index].sequence; }
  const record_draft& draft() const { return batch->drafts->records[index]; }
  /// One of the draft's slices; empty for those that this kind of record does not have.
  std::string_view value(text_slice slice) const { return slice.in(batch->drafts->text); }
};

/// The records of the group in their order.
std::vector<delivered_record> records_of(const delivery_group& group);

} // namespace floorwalker
