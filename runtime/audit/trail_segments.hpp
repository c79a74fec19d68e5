// The segments of a trail as their headers and the anchor tell, without reading their records.
#pragma once

#include "messages/trail_reader.hpp"
#include "runtime/audit/checkpoint_text.hpp"
#include "runtime/audit/file_system.hpp"
#include "runtime/audit/trail_folder.hpp"
#include "runtime/audit/trail_format.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace floorwalker {

struct trail_segment {
  std::string name;
  segment_header header;
  std::size_t header_size = 0;
  chain_value start{};    ///< the chain value behind the header
  std::uint64_t size = 0; ///< of the file
};

/// What a trail consists of. With `damage`, one sentence, nothing else is known.
struct trail_segments {
  std::vector<trail_segment> segments; ///< in the order of the trail
  std::vector<std::string> leftovers;  ///< segments before the anchor, which a crash kept from being removed
  std::optional<trail_anchor> anchor;
  std::string damage;
};

/// Reads the headers of the trail of `tenant` and checks that each fits its name and the one before it, as far as
/// headers tell. An anchor that says it is signed by the key `public_pem` has to be.
trail_segments read_segments(file_system& files, const std::filesystem::path& folder, const std::string& tenant,
                             const std::string& public_pem);

/// Where epochs begin in such a trail.
std::vector<epoch_start> epochs_of(const std::vector<trail_segment>& segments);

} // namespace floorwalker
