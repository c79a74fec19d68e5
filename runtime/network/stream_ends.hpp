// Closing frames, and what an error of the WebSocket reader means as the end of a stream.
#pragma once

#include "messages/stream_connection.hpp"

#include <boost/beast/websocket/rfc6455.hpp>
#include <boost/system/error_code.hpp>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace floorwalker {

/// A masked close frame as a client sends it (RFC 6455 §5.5.1). A reason over 123 bytes is cut between characters.
std::string close_frame(std::uint16_t code, std::string_view reason, std::array<std::uint8_t, 4> mask);

/// A fresh, unpredictable mask (RFC 6455 §5.3).
std::array<std::uint8_t, 4> random_mask();

/// The peer's words fit for a log line: one line, at most 123 bytes, cut between characters.
std::string printable_reason(std::string_view text);

/// How a stream ended by `error`; `peer` is the close frame's content and counts only for error::closed. Codes:
/// the peer's (1005 if it gave none), 1009 for too large a message, 1007 for invalid UTF-8 or deflate, 1002 for other
/// violations of the protocol, and 1006 for everything that ends without a close frame.
stream_end end_of_stream(const boost::system::error_code& error, const boost::beast::websocket::close_reason& peer);

/// What a gateway's answer to the upgrade means that is not 101; `head` is its header with the blank line.
stream_end refused_upgrade(std::string_view head, utc_time now);

} // namespace floorwalker
