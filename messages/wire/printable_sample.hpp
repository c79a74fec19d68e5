// Text of a peer, made fit for a log line or an error message.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace floorwalker::wire {

inline constexpr std::size_t sample_bytes_max = 200; ///< of the peer's text; escapes make the sample longer

/// The first 200 bytes of hostile text, cut between characters. Control characters (C0, DEL, C1, line separators, marks
/// that turn the direction of text) and bytes that are no UTF-8 are written as \xNN, so the result is one line.
std::string printable_sample(std::string_view bytes);

} // namespace floorwalker::wire
