// Where a tenant's trail stands, and how a drafted batch gets its place in it. Pure: no CAF, no I/O, no clock.
#pragma once

#include "messages/journal_records.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace floorwalker {

/// The last record of a trail: its sequence (0 before the first record), and how many transitions stand in the trail
/// up to there.
struct trail_position {
  std::uint64_t sequence = 0;
  std::uint64_t valid_total = 0;
  std::uint64_t total = 0;

  friend bool operator==(const trail_position&, const trail_position&) = default;
};

/// Gives the records of `drafts` the sequences that follow `position`, writes their audit entries, and moves
/// `position` behind the last one. If a draft is malformed this throws std::out_of_range and `position` stays.
committed_batch_ptr number_batch(const std::shared_ptr<const std::string>& tenant, draft_batch_ptr drafts,
                                 trail_position& position);

} // namespace floorwalker
