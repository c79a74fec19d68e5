// Published checkpoints from files that a command line names.
#pragma once

#include "runtime/auditing/kept_segments.hpp"
#include "runtime/auditing/public_keys.hpp"
#include "runtime/auditing/trail_check.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace floorwalker {

struct read_checkpoints {
  std::string problem; ///< one clause: a file can't be read, or tells nothing of this trail
  std::vector<published_hash> published;
  std::uint64_t badly_signed = 0; ///< whose signature does not hold by the keys; their hashes count all the same
};

/// Finds the checkpoints of that trail's tenant and nodes. Files are read line by line and may be as large as logs are.
read_checkpoints read_checkpoint_files(const std::vector<std::string>& names, const kept_segments& trail,
                                       const public_keys& keys);

} // namespace floorwalker
