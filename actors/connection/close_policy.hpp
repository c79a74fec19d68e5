// What the end of a connection means for its listener (docs/protocol.md, "Close codes"). Pure.
#pragma once

#include "messages/stream_connection.hpp"

#include <cstdint>
#include <string>

namespace floorwalker {

enum class close_action : std::uint8_t {
  none,             ///< we closed it, on purpose
  retry,            ///< by the policy's delays
  renew_then_retry, ///< the token is stale: renew it, then as retry
  stop              ///< no retry can help
};

struct close_decision {
  close_action action = close_action::retry;
  std::string cause; ///< one clause for logs and alerts; with `stop` it names the likely causes
};

/// One row of the close-code table. The token rows come before those of 1008.
close_decision decide(const stream_end& end);

} // namespace floorwalker
