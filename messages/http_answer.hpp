// What came of one HTTP request, for the actors that asked. No CAF.
#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace floorwalker {

/// An answer, or why there is none. Bodies may hold tokens: never log one whole.
struct http_answer {
  int status = 0;      ///< 0: no answer; see failure
  std::string body;    ///< bounded by the client that read it
  std::string failure; ///< one clause: "connection refused", "certificate verify failed: …", "timed out after 10 s"
  std::optional<std::chrono::seconds> retry_after; ///< from the Retry-After header, as a delay from now
};

} // namespace floorwalker
