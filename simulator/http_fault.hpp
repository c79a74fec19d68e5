// What goes wrong with plain requests: token, users listing, and the stream's upgrade.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace floorwalker::simulator {

/// An answer as a value, so that endpoints are plain functions; the session writes it.
struct http_reply {
  unsigned status = 200;
  std::string body;
  std::string content_type = "application/json";
  std::vector<std::pair<std::string, std::string>> headers;
  std::chrono::milliseconds delay{0}; ///< waits so long before it answers
  bool never = false;                 ///< the request stays without an answer
  bool cut = false;                   ///< the connection is reset instead of an answer
};

enum class http_fault_kind : std::uint8_t {
  status,          ///< that status, with `Retry-After` if given
  delay,           ///< the right answer, later
  stall,           ///< no answer, ever
  reset,           ///< the connection is reset
  garbage,         ///< 200 with a body that is no JSON
  empty,           ///< 200 with an empty JSON object
  no_access_token, ///< token endpoint: 200 without `access_token`
  scope,           ///< token endpoint: 200 with another scope
};

struct http_fault {
  http_fault_kind kind{};
  unsigned status = 0;
  std::optional<unsigned> retry_after_s;
  std::chrono::milliseconds delay{0};
  std::string text;        ///< the scope
  std::uint64_t first = 1; ///< number of the first request it strikes
  std::uint64_t count = 0; ///< how many it strikes; 0: all further ones
};

/// Reads `KIND[:ARGUMENT…][@FIRST][*COUNT]`, e.g. `status:429:2*3`. Throws std::invalid_argument, one line.
http_fault parse_http_fault(std::string_view text);

/// One endpoint's faults, with the count of its requests. One thread.
class http_faults {
public:
  explicit http_faults(std::vector<http_fault> faults) : faults_(std::move(faults)) {}

  /// Counts a request and gives the fault that strikes it, if any.
  std::optional<http_fault> next_request();

  /// Adds a fault at run time; its `first` counts from the next request.
  void add(http_fault what);

  std::uint64_t requests() const { return requests_; }

private:
  std::vector<http_fault> faults_;
  std::uint64_t requests_ = 0;
};

/// Turns a right answer into the faulty one. What only the token endpoint understands leaves it as it is.
http_reply spoiled(http_reply reply, const http_fault& what);

/// A JSON error body: {"error": …, "error_description": …}.
http_reply refusal(unsigned status, std::string_view error, std::string_view description);

} // namespace floorwalker::simulator
