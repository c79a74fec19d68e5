// What a receiver's answer to a request means. Pure: no I/O, no clock.
#pragma once

#include "messages/http_answer.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace floorwalker {

enum class receipt : std::uint8_t {
  accepted, ///< the records are delivered
  refused,  ///< they never will be: they go to the dead letters
  deferred  ///< the same request is to be sent again
};

struct answer_verdict {
  receipt outcome = receipt::accepted;
  std::string clause; ///< refused: why, with a sample of the body. deferred: what is wrong
  std::optional<std::chrono::seconds> retry_after = {}; ///< deferred: not before; at most one hour
};

/// 2xx accepts; 408, 429, 5xx, any other answer that is none of 4xx, and no answer defer; other 4xx refuse. A redirect
/// is deferred, since its cause is a wrong URL in the configuration, for which no record should be given up.
answer_verdict judge_answer(const http_answer& answer);

} // namespace floorwalker
