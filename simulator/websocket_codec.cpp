#include "simulator/websocket_codec.hpp"

#include <array>

#include <openssl/evp.h>
#include <openssl/sha.h>

namespace floorwalker::simulator {

namespace zlib = boost::beast::zlib;

void append_frame(std::string& out, opcode kind, std::string_view payload, std::uint8_t first_bits) {
  char head[10];
  auto length = std::size_t{2};
  auto size = static_cast<std::uint64_t>(payload.size());
  head[0] = static_cast<char>(first_bits | static_cast<std::uint8_t>(kind));
  auto put_size = [&](int bytes) {
    for (auto at = 0; at < bytes; ++at) head[2 + at] = static_cast<char>(size >> (8 * (bytes - 1 - at)) & 0xff);
    length += static_cast<std::size_t>(bytes);
  };
  if (size < 126) {
    head[1] = static_cast<char>(size);
  } else if (size < 65'536) {
    head[1] = 126;
    put_size(2);
  } else {
    head[1] = 127;
    put_size(8);
  }
  out.append(head, length);
  out.append(payload);
}

std::string close_payload(std::uint16_t code, std::string_view reason) {
  auto payload = std::string{static_cast<char>(code >> 8), static_cast<char>(code & 0xff)};
  payload += reason;
  return payload;
}

std::string accept_key(std::string_view client_key) {
  auto text = std::string{client_key} + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"; // the constant of RFC 6455, 1.3
  std::array<unsigned char, SHA_DIGEST_LENGTH> digest{};
  SHA1(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  std::array<unsigned char, 32> encoded{};
  auto length = EVP_EncodeBlock(encoded.data(), digest.data(), static_cast<int>(digest.size()));
  return {reinterpret_cast<const char*>(encoded.data()), static_cast<std::size_t>(length)};
}

void message_deflater::append_text(std::string& out, std::string_view payload) {
  stream_.reset();
  scratch_.resize(payload.size() + 128 + payload.size() / 8);
  auto step = zlib::z_params{};
  step.next_in = payload.data();
  step.avail_in = payload.size();
  step.next_out = scratch_.data();
  step.avail_out = scratch_.size();
  auto error = boost::beast::error_code{};
  stream_.write(step, zlib::Flush::sync, error);
  auto size = scratch_.size() - step.avail_out;
  // A sync flush ends with 00 00 ff ff, which the client adds again (RFC 7692, 7.2.1).
  if (size >= 4) size -= 4;
  append_frame(out, opcode::text, {scratch_.data(), size}, 0xc0);
}

std::optional<client_message> frame_decoder::fail(std::uint16_t code, std::string_view problem) {
  close_code_ = code;
  problem_ = problem;
  return std::nullopt;
}

bool frame_decoder::inflate(std::string& message) {
  auto input = message + std::string("\x00\x00\xff\xff", 4);
  auto output = std::string(message_max_ + 1, '\0');
  auto stream = zlib::inflate_stream{};
  auto step = zlib::z_params{};
  step.next_in = input.data();
  step.avail_in = input.size();
  step.next_out = output.data();
  step.avail_out = output.size();
  auto error = boost::beast::error_code{};
  stream.write(step, zlib::Flush::sync, error);
  auto done = !error || error == zlib::error::end_of_stream || error == zlib::error::need_buffers;
  if (!done || step.avail_out == 0) return false;
  output.resize(output.size() - step.avail_out);
  message = std::move(output);
  return true;
}

std::optional<client_message> frame_decoder::next() {
  while (close_code_ == 0) {
    auto rest = std::string_view{buffer_}.substr(taken_);
    auto byte = [&](std::size_t at) { return static_cast<std::uint8_t>(rest[at]); };
    if (rest.size() < 2) break;
    auto final = (byte(0) & 0x80) != 0;
    auto compressed = (byte(0) & 0x40) != 0;
    auto kind = static_cast<opcode>(byte(0) & 0x0f);
    auto control = (byte(0) & 0x08) != 0;
    if ((byte(0) & 0x30) != 0 || (compressed && (!compression_ || control || kind == opcode::continuation)))
      return fail(1002, "a reserved bit is set");
    if ((byte(0) & 0x0f) > 10 || ((byte(0) & 0x0f) > 2 && !control)) return fail(1002, "unknown opcode");
    if ((byte(1) & 0x80) == 0) return fail(1002, "a client's frame must be masked");
    auto size = static_cast<std::uint64_t>(byte(1) & 0x7f);
    auto head = std::size_t{2};
    if (control && (size > 125 || !final)) return fail(1002, "a control frame is too long or in fragments");
    if (auto bytes = size == 126 ? 2u : size == 127 ? 8u : 0u; bytes != 0) {
      if (rest.size() < head + bytes) break;
      size = 0;
      for (auto at = 0u; at < bytes; ++at) size = size << 8 | byte(head + at);
      head += bytes;
    }
    if (size > message_max_ || message_.size() + size > message_max_) return fail(1009, "the message is too big");
    if (rest.size() < head + 4 + size) break;
    auto payload = std::string{rest.substr(head + 4, size)};
    for (auto at = std::size_t{0}; at < payload.size(); ++at)
      payload[at] = static_cast<char>(payload[at] ^ rest[head + at % 4]);
    taken_ += head + 4 + size;
    if (control) return client_message{kind, std::move(payload)};
    if ((kind == opcode::continuation) != in_message_) return fail(1002, "a fragment is out of place");
    if (!in_message_) {
      message_kind_ = kind;
      compressed_message_ = compressed;
      message_.clear();
    }
    message_ += payload;
    in_message_ = !final;
    if (!final) continue;
    if (compressed_message_ && !inflate(message_)) return fail(1007, "the message cannot be inflated");
    auto whole = client_message{message_kind_, std::move(message_)};
    message_.clear();
    return whole;
  }
  buffer_.erase(0, taken_);
  taken_ = 0;
  return std::nullopt;
}

} // namespace floorwalker::simulator
