// The port through which a sink's records leave the process.
#pragma once

#include "messages/actors.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace floorwalker {

/// What becomes of one committed batch at one sink.
struct delivery {
  std::shared_ptr<const std::string> text; ///< lines, each ending with a newline; null for an outlet that reads `batch`
  committed_batch_ptr batch;
  std::size_t records = 0;                  ///< of the batch, that are delivered; at least one
  std::vector<std::uint32_t> selected = {}; ///< which: indices into the batch's records, rising; empty: all of them

  /// The index in the batch of delivered record `i`; line `i` of the text is its.
  std::size_t index_of(std::size_t i) const { return selected.empty() ? i : selected[i]; }
};

/// Deliveries that are written in one go, in this order.
using delivery_group = std::vector<delivery>;
using delivery_group_ptr = std::shared_ptr<const delivery_group>;

/// A place that takes records: a file, the console. Writes happen on a thread of its own.
class outlet {
public:
  virtual ~outlet() = default;

  /// False for an outlet that is content with each delivery's text: what it is given from the trail is not taken apart.
  virtual bool reads_records() const { return true; }

  /// Writes the whole group, or as much as can be; returns at once. `receiver` gets one outlet_written with `number`.
  /// A sink gives one group at a time. After a problem it gives the same group again, with the same number: an outlet
  /// that remembers how far it came goes on there, so nothing is written twice. After a sink that failed, the one in its
  /// place gives groups of other numbers, the first perhaps before the last one of the other is written.
  virtual void write(std::uint64_t number, delivery_group_ptr group, sink_actor receiver) = 0;
};

using outlet_ptr = std::shared_ptr<outlet>;

} // namespace floorwalker
