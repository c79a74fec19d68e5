// WebSocket frames, the server's side (RFC 6455, RFC 7692). Our own rather than Beast's, because a simulator must be
// able to say what no proper library will: half a frame, a reserved opcode, silence; and because hundreds of events
// go out in one write.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <boost/beast/zlib/deflate_stream.hpp>
#include <boost/beast/zlib/inflate_stream.hpp>

namespace floorwalker::simulator {

enum class opcode : std::uint8_t { continuation = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

/// Appends one unmasked frame. `first_bits` is FIN and RSV1 (0x80 | 0x40).
void append_frame(std::string& out, opcode kind, std::string_view payload, std::uint8_t first_bits = 0x80);

/// The payload of a close frame: code and reason.
std::string close_payload(std::uint16_t code, std::string_view reason);

/// The value of Sec-WebSocket-Accept for a client's Sec-WebSocket-Key.
std::string accept_key(std::string_view client_key);

/// Compresses messages one by one, without context from one to the next.
class message_deflater {
public:
  /// Appends one compressed text message as a frame.
  void append_text(std::string& out, std::string_view payload);

private:
  boost::beast::zlib::deflate_stream stream_;
  std::string scratch_;
};

/// A whole message or control frame from the client.
struct client_message {
  opcode kind{};
  std::string payload;
};

/// Takes a client's bytes apart. Bounded by `message_max`. One thread.
class frame_decoder {
public:
  explicit frame_decoder(bool compression, std::size_t message_max = 1u << 20)
      : compression_{compression}, message_max_{message_max} {}

  void feed(std::string_view bytes) { buffer_.append(bytes); }

  /// The next whole message. Nothing if more bytes are needed, or after an error.
  std::optional<client_message> next();

  /// 0, or the close code that the client's mistake deserves; `problem` says what it was.
  std::uint16_t close_code() const { return close_code_; }
  const std::string& problem() const { return problem_; }

private:
  std::optional<client_message> fail(std::uint16_t code, std::string_view problem);
  bool inflate(std::string& message);

  bool compression_;
  std::size_t message_max_;
  std::string buffer_;
  std::size_t taken_ = 0;
  std::string message_; ///< fragments so far
  opcode message_kind_{};
  bool in_message_ = false;
  bool compressed_message_ = false;
  std::uint16_t close_code_ = 0;
  std::string problem_;
};

} // namespace floorwalker::simulator
