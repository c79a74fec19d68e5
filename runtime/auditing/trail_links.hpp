// Holds segments that were verified one by one against each other, the anchor and what was published. Pure.
#pragma once

#include "runtime/auditing/trail_check.hpp"

#include <vector>

namespace floorwalker {

/// Adds to `result` what the segments, in their order, tell together. Anchor, keys and notes are there already.
void link_segments(trail_check_result& result, std::vector<segment_check_result> segments,
                   std::vector<published_hash> published);

} // namespace floorwalker
