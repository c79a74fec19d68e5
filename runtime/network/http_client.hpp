// One HTTPS request, one answer, one connection. No redirects, no cookies.
#pragma once

#include "actors/wall_clock.hpp"
#include "messages/http_answer.hpp"
#include "runtime/network/platform_access.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

namespace floorwalker {

/// What is asked. With a body it is a POST, otherwise a GET. Body and authorization are wiped after use.
struct http_request {
  std::string target; ///< path and query
  std::string authorization;
  std::string body;
  std::string content_type;
};

struct http_limits {
  std::chrono::seconds time{10};  ///< from the look-up of the name to the last byte
  std::uint64_t body = 64 * 1024; ///< bytes of the answer's body
};

/// Sends the request and calls `done` exactly once, on `strand`: an answer of any status, or status 0 with a failure in
/// one clause. `clock` turns a date in Retry-After into a delay and must outlive the call.
void http_fetch(const boost::asio::any_io_executor& strand, platform_access_ptr access, http_request request,
                http_limits limits, const wall_clock& clock, std::function<void(http_answer)> done);

} // namespace floorwalker
