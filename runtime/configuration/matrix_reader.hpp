// The keys `state-matrix` and `transitions` of a block into one state matrix.
#pragma once

#include "runtime/configuration/block_reader.hpp"

namespace floorwalker {

/// Reads both keys, which have passed their own checks; states that may follow but have no row of their own go to
/// `found`. Only called where at least one of the keys is given and both are sound.
state_matrix read_matrix(const placed_block& block, findings& found);

} // namespace floorwalker
