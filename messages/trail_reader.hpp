// Reading a tenant's audit trail back, for whoever follows it at a pace of its own. No CAF.
#pragma once

#include "messages/journal_records.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace floorwalker {

/// A stretch of time in the life of a trail: `epoch` holds for the records behind sequence `after`. A new one begins
/// when the trail's folder was brought back from a copy, since sequences behind that copy then mean other records.
struct epoch_start {
  std::uint64_t epoch = 0;
  std::uint64_t after = 0;

  friend bool operator==(const epoch_start&, const epoch_start&) = default;
};

/// How far somebody has come in a trail: everything up to and with `sequence`, as it was in `epoch`.
struct trail_cursor {
  std::uint64_t epoch = 0;
  std::uint64_t sequence = 0;

  friend bool operator==(const trail_cursor&, const trail_cursor&) = default;
};

/// The answer to a read.
struct trail_stretch {
  std::string tenant;
  std::uint64_t from = 0;    ///< as asked
  committed_batch_ptr batch; ///< null if there is a problem, or nothing is committed from there on
  std::string problem;       ///< one clause on why the trail can't be read
};

/// How much of each record a reader is given. Taking an entry apart costs twice what reading it costs.
enum class read_detail : std::uint8_t {
  lines,  ///< the batch's lines and positions; its drafts hold no records
  records ///< its drafts too, as they were when the journal took them
};

/// Reads committed records of one tenant's trail.
class trail_reader {
public:
  virtual ~trail_reader() = default;

  /// Gives records from sequence `from` on: one at least, and about `bytes` of them at most. Where older records are no
  /// longer kept, it begins with the oldest. Returns at once; `done` is called once, on a thread of the reader's own.
  virtual void read(std::uint64_t from, std::size_t bytes, read_detail detail,
                    std::function<void(trail_stretch)> done) = 0;
};

using trail_reader_ptr = std::shared_ptr<trail_reader>;

} // namespace floorwalker
