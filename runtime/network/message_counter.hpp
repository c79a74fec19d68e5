// Counts messages in a WebSocket byte stream without reading them.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace floorwalker {

/// Counts the complete data messages of a server-to-client stream by frame headers alone (RFC 6455 §5.2). Judges
/// nothing: on a malformed stream the count is meaningless, and the real reader fails before it matters.
class message_counter {
public:
  /// Takes the next bytes; returns how many messages they completed. Control frames are no messages.
  std::size_t feed(const char* bytes, std::size_t size) {
    std::size_t completed = 0;
    while (size > 0) {
      if (payload_left_ > 0) {
        auto skipped = static_cast<std::size_t>(std::min<std::uint64_t>(payload_left_, size));
        payload_left_ -= skipped;
        bytes += skipped;
        size -= skipped;
        if (payload_left_ == 0 && ends_message_) ++completed;
        continue;
      }
      header_[have_++] = static_cast<std::uint8_t>(*bytes++);
      --size;
      if (have_ == 2) need_ = 2 + length_octets();
      if (have_ < need_) continue;
      payload_left_ = payload_length();
      ends_message_ = (header_[0] & 0x80) != 0 && (header_[0] & 0x0f) < 8;
      have_ = 0;
      need_ = 2;
      if (payload_left_ == 0 && ends_message_) ++completed;
    }
    return completed;
  }

private:
  std::size_t length_octets() const {
    // A server masks nothing (§5.1), so no masking key follows.
    switch (header_[1] & 0x7f) {
    case 126:
      return 2;
    case 127:
      return 8;
    default:
      return 0;
    }
  }
  std::uint64_t payload_length() const {
    auto octets = need_ - 2;
    if (octets == 0) return header_[1] & 0x7f;
    std::uint64_t length = 0;
    for (std::size_t i = 0; i < octets; ++i) length = length << 8 | header_[2 + i];
    return length;
  }

  std::array<std::uint8_t, 10> header_{};
  std::size_t have_ = 0;
  std::size_t need_ = 2;
  std::uint64_t payload_left_ = 0;
  bool ends_message_ = false;
};

} // namespace floorwalker
