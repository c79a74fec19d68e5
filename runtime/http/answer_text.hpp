// An answer as it goes over the connection: status line, headers, body. Pure.
#pragma once

#include "runtime/http/http_exchange.hpp"
#include "runtime/http/served_answer.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace floorwalker {

/// What of the request and the connection decides on the form of the answer.
struct answer_circumstances {
  bool head_only = false;    ///< the method was HEAD
  bool old_protocol = false; ///< HTTP/1.0
  bool keep_alive = true;
  std::string_view if_none_match;
  std::string_view accept_encoding;
  std::chrono::sys_seconds now;
};

/// The answer with everything the server adds. `status` is what is sent: 304 where the client has the version.
struct answer_text {
  int status = 200;
  std::string head; ///< up to and with the blank line
  std::string body; ///< empty where none is sent
};
answer_text compose_answer(served_answer answer, const answer_circumstances& circumstances);

/// The head of a stream: in chunks, or for HTTP/1.0 until the connection ends.
std::string compose_stream_head(const stream_head& head, const answer_circumstances& circumstances);

/// "Mon, 23 Nov 2026 10:00:00 GMT" (RFC 9110 §5.6.7).
std::string http_date(std::chrono::sys_seconds time);

} // namespace floorwalker
