#include "runtime/network/stream_ends.hpp"

#include "messages/wire/printable_sample.hpp"
#include "runtime/network/network_failure.hpp"
#include "runtime/network/retry_after.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket/error.hpp>
#include <boost/beast/zlib/error.hpp>
#include <openssl/rand.h>

namespace floorwalker {
namespace {

constexpr std::size_t reason_bytes_max = 123; // a control frame's 125, less the code

std::string_view cut(std::string_view text) {
  if (text.size() <= reason_bytes_max) return text;
  auto size = reason_bytes_max;
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xc0) == 0x80) --size;
  return text.substr(0, size);
}

} // namespace

std::string close_frame(std::uint16_t code, std::string_view reason, std::array<std::uint8_t, 4> mask) {
  reason = cut(reason);
  std::string payload{static_cast<char>(code >> 8), static_cast<char>(code & 0xff)};
  payload += reason;
  std::string frame{static_cast<char>(0x88), static_cast<char>(0x80 | payload.size())};
  for (auto octet : mask) frame += static_cast<char>(octet);
  for (std::size_t i = 0; i < payload.size(); ++i) frame += static_cast<char>(payload[i] ^ mask[i % 4]);
  return frame;
}

std::array<std::uint8_t, 4> random_mask() {
  std::array<std::uint8_t, 4> mask{};
  if (::RAND_bytes(mask.data(), static_cast<int>(mask.size())) != 1)
    throw network_failure("the system gives no random numbers");
  return mask;
}

std::string printable_reason(std::string_view text) { return std::string{cut(wire::printable_sample(text))}; }

stream_end end_of_stream(const boost::system::error_code& error, const boost::beast::websocket::close_reason& peer) {
  namespace asio = boost::asio;
  namespace websocket = boost::beast::websocket;
  stream_end end;
  if (error == websocket::error::closed) {
    end.code = peer.code == websocket::close_code::none ? std::uint16_t{websocket::close_code::no_status} : peer.code;
    end.reason = printable_reason({peer.reason.data(), peer.reason.size()});
  } else if (error == websocket::error::message_too_big || error == websocket::error::buffer_overflow) {
    end.code = websocket::close_code::too_big;
    end.reason = "a message is larger than max-frame";
  } else if (error == websocket::error::bad_frame_payload) {
    end.code = websocket::close_code::bad_payload;
    end.reason = "a text message is not valid UTF-8";
  } else if (error.category() == make_error_code(boost::beast::zlib::error::need_buffers).category()) {
    end.code = websocket::close_code::bad_payload;
    end.reason = "a message can't be decompressed: " + failure_clause(error);
  } else if (error == websocket::condition::protocol_violation ||
             error.category() == make_error_code(websocket::error::closed).category()) {
    end.code = websocket::close_code::protocol_error;
    end.reason = failure_clause(error);
  } else if (error == asio::error::no_buffer_space) {
    end.reason = "the gateway does not read what it makes us send";
  } else if (error == asio::error::eof || error == asio::ssl::error::stream_truncated) {
    end.reason = "the gateway closed the connection without a close frame";
  } else {
    end.reason = failure_clause(error);
  }
  return end;
}

stream_end refused_upgrade(std::string_view head, utc_time now) {
  namespace http = boost::beast::http;
  stream_end end;
  http::response_parser<http::empty_body> parser;
  parser.skip(true); // the body is not there
  parser.header_limit(static_cast<std::uint32_t>(head.size()));
  boost::system::error_code error;
  parser.put(boost::asio::buffer(head), error);
  if (error) {
    end.kind = stream_end_kind::connect_failed;
    end.reason = "WebSocket upgrade: the answer is not HTTP (" + failure_clause(error) + ")";
    return end;
  }
  auto& answer = parser.get();
  end.kind = stream_end_kind::upgrade_refused;
  end.http_status = static_cast<int>(answer.result_int());
  auto phrase = answer.reason();
  end.reason = printable_reason({phrase.data(), phrase.size()});
  auto retry_after = answer[http::field::retry_after];
  if (!retry_after.empty()) end.retry_after = parse_retry_after({retry_after.data(), retry_after.size()}, now);
  return end;
}

} // namespace floorwalker
