// The first line of the small files that Floorwalker keeps for itself: what the file is, its version, its checksum.
// Pure: no I/O, no clock.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace floorwalker {

/// `body` behind a line such as "floorwalker-snapshot 1 e3069283": kind, version, CRC-32C of the body.
std::string checksummed(std::string_view kind, std::uint32_t version, std::string body);

/// What such a file says. With a problem, one clause, there is no body.
struct checksummed_text {
  std::string_view body; ///< within the text that was read
  std::string problem;
};

/// Reads a file of that kind; other versions than `version` are refused.
checksummed_text parse_checksummed(std::string_view kind, std::uint32_t version, std::string_view text);

} // namespace floorwalker
