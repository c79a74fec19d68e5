// Which segments make up a trail: what lies in its folder, less what retention was about to remove.
#pragma once

#include "runtime/audit/checkpoint_text.hpp"
#include "runtime/audit/file_system.hpp"
#include "runtime/audit/trail_folder.hpp"
#include "runtime/audit/trail_format.hpp"

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace floorwalker {

struct kept_segments {
  std::string problem; ///< one clause: the folder can't be read, or holds no trail. Nothing else counts then.
  std::vector<named_segment> segments; ///< in the order of the trail; at least one
  std::vector<parsed_header> headers;  ///< of each; with a problem of its own where one does not verify
  std::vector<std::uint64_t> bytes;    ///< of each
  std::size_t left_over = 0;           ///< older segments that the anchor says are removed
  std::vector<std::string> strange;    ///< files that are named like segments, but not quite
  std::optional<trail_anchor> anchor;
  published_text anchor_text; ///< as read; with a problem where `anchor` is there but can't be read

  std::uint64_t all_bytes() const;
};

kept_segments find_kept_segments(file_system& files, const std::filesystem::path& folder);

} // namespace floorwalker
