// CRC-32C (Castagnoli, RFC 3720 appendix B.4). Pure.
#pragma once

#include <cstdint>
#include <string_view>

namespace floorwalker {

/// The checksum of `bytes`; with the processor's own instruction where it has one.
std::uint32_t crc32c(std::string_view bytes);

} // namespace floorwalker
