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

/// Whose trail it is. With a sequence it names a record for good.
struct trail_identity {
  std::shared_ptr<const std::string> tenant;
  std::shared_ptr<const std::string> node;
  std::uint64_t epoch = 0;
};

/// Gives the records of `drafts` the sequences that follow `position`, writes their audit entries, and moves
/// `position` behind the last one. If a draft is malformed this throws std::out_of_range and `position` stays.
committed_batch_ptr number_batch(const trail_identity& trail, draft_batch_ptr drafts, trail_position& position);

} // namespace floorwalker
