// What was done to a trail where a frame does not follow from the one before. Pure: no I/O, no clock.
#pragma once

#include "runtime/audit/trail_format.hpp"
#include "runtime/auditing/trail_damage.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace floorwalker {

/// A frame that outlives the reading of the next one.
struct held_frame {
  explicit held_frame(const frame& found, std::uint64_t at);

  frame_head head;
  chain_value chain{};
  std::string chained;
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
};

/// Where a walk along a segment stands: what the next frame has to follow from.
struct walk_position {
  chain_value chain{};                     ///< of the frame before
  std::optional<chain_value> record_chain; ///< of the record before; none: not known
  std::uint64_t next_sequence = 1;         ///< of the next record
  std::uint64_t valid_total = 0;
  std::uint64_t total = 0;
  bool is_start = false; ///< no frame is before, but the segment's header
};

/// The place behind a frame, taken at its word.
walk_position behind(const frame_head& head, const chain_value& chain);

/// The sequence fits: a record has the next one, a checkpoint that of the record before.
bool is_in_order(const frame_head& head, std::uint64_t next_sequence);

struct frame_diagnosis {
  trail_damage damage;    ///< without the segment's name
  std::size_t frames = 1; ///< so many, from the first on, are dealt with by this
  walk_position resume;   ///< behind them
};

/// The frame before, which did follow, and where the walk stood in front of it.
struct frame_before {
  walk_position stand;
  frame_head head;
  std::uint64_t offset = 0;
};

/// So many frames behind the one in question are looked at.
inline constexpr std::size_t frames_ahead_max = 16;

/// `frames` begins with the frame that does not follow from `stand`, and goes on with those behind it. None is `before`
/// at a segment's start and where that one did not follow either. The walk goes on where later frames still agree with each other, so that one
/// manipulation is one damage.
frame_diagnosis diagnose(const walk_position& stand, const std::optional<frame_before>& before,
                         const std::vector<held_frame>& frames, chain_hasher& hasher);

} // namespace floorwalker
