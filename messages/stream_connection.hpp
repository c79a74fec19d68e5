// One connection to a platform's event stream, told in values: how it was asked for and how it ended. No CAF.
#pragma once

#include "messages/state_observation.hpp"
#include "messages/time.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace floorwalker {

/// A bearer token. Its text is reachable only through `reveal`, and it prints as nothing.
class access_token {
public:
  access_token(std::string text, std::uint64_t number) : text_(std::move(text)), number_(number) {}
  const std::string& reveal() const { return text_; }
  std::uint64_t number() const { return number_; } ///< counts the tenant's tokens, from 1

private:
  std::string text_;
  std::uint64_t number_;
};

using access_token_ptr = std::shared_ptr<const access_token>;

/// Why an attempt or a connection ended.
enum class stream_end_kind : std::uint8_t {
  closed,          ///< by a close frame (`code`), or without one (code 1006)
  connect_failed,  ///< no TCP, TLS or WebSocket connection came about (code 1006)
  upgrade_refused, ///< the gateway answered the upgrade with `http_status`
  rejected,        ///< subscribe.reject; `reason` is the gateway's
  ack_timeout      ///< no answer to the subscription in time
};

/// How one connection ended. Codes as in RFC 6455 §7.4.1.
struct stream_end {
  stream_end_kind kind = stream_end_kind::closed;
  bool by_us = false; ///< we asked for the close first
  std::uint16_t code = 1006;
  int http_status = 0;
  std::string reason{};     ///< the peer's words or the network's error; printable
  std::string our_reason{}; ///< what our own close said, if by_us
  std::optional<std::chrono::seconds> retry_after{};
  /// Of what the tracker was given and did not give back; none: it gave all back.
  std::optional<oldest_observation> unfinished_since{};
};

/// What a stream connection is opened with.
struct stream_request {
  std::uint64_t connection = 0; ///< number within the slot, rising
  std::uint32_t slot = 0;
  access_token_ptr token;
  std::string subscription; ///< the payload, already validated
};

} // namespace floorwalker
