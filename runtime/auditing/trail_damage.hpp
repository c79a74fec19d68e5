// What verification finds wrong with a trail, and where. Pure: no I/O, no clock.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace floorwalker {

enum class damage_kind : std::uint8_t {
  file_name,           ///< a segment's name contradicts its header
  header,              ///< no header that verifies
  checksum,            ///< a frame's bytes don't have its checksum
  malformed,           ///< bytes that are no frame
  rewritten,           ///< the checksum fits, the chain does not
  missing,             ///< records are not there
  inserted,            ///< a frame that the frames around it know nothing of
  exchanged,           ///< records in each other's places
  numbering,           ///< chained, but not numbered as a writer does
  totals,              ///< chained, but counted wrongly
  link,                ///< a segment that does not follow from the one before
  checkpoint,          ///< a checkpoint that contradicts its place
  signature,           ///< a checkpoint that the key it names did not sign
  unknown_key,         ///< a checkpoint of a key that is none of those in use
  computed_anew,       ///< chain and checksums fit, the signed checkpoint behind them does not
  anchor,              ///< the anchor does not verify, or the oldest segment does not follow from it
  published_otherwise, ///< a published checkpoint says another hash
  ends_early           ///< a published record is not there any more
};

/// A short word for each kind, as JSON results name it: "computed-anew".
std::string_view to_text(damage_kind kind);

/// Records `sequence` to `last_sequence` can't be proved; the first of them stands, or should, at `offset`.
struct trail_damage {
  damage_kind kind = damage_kind::rewritten;
  std::string segment; ///< file name
  std::uint64_t offset = 0;
  std::uint64_t sequence = 0;
  std::uint64_t last_sequence = 0;
  std::string what; ///< one clause, for people

  friend bool operator==(const trail_damage&, const trail_damage&) = default;
};

} // namespace floorwalker
