// Packing an answer's body. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace floorwalker {

inline constexpr std::size_t gzip_from_bytes = 1024; ///< below, packing saves less than a packet

/// Whether a media type is text that packs well.
bool packs_well(std::string_view content_type);

/// The text in gzip's format (RFC 1952), quickly rather than tightly: it is packed on the thread that serves everybody.
/// Empty if there is no memory for it.
std::string gzip(std::string_view text);

} // namespace floorwalker
