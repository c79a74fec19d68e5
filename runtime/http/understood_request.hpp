// A request as it came, put into the server's own terms.
#pragma once

#include "messages/time.hpp"
#include "runtime/http/served_request.hpp"

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace floorwalker {

using request_parser = boost::beast::http::request_parser<boost::beast::http::string_body>;

/// Why a request is refused before anybody looks at where it wants to go.
struct request_problem {
  int status;
  std::string_view title;
  std::string_view detail;
};

/// What the routes get of a request, and beside it what only the server looks at.
struct understood_request {
  served_request request; ///< without its caller; secrets are left out
  bool is_head = false;   ///< the routes see GET
  bool old_protocol = false;
  bool keep_alive = true;
  std::string authority; ///< the host it was sent to
  std::string origin;
  std::string fetch_site;
  std::string if_none_match;
  std::string accept_encoding;
  std::optional<std::string> authorization;
  std::string session;  ///< of the session's cookie
  bool proxied = false; ///< somebody passed it on, so that the peer's address says nothing
  steady_time begun = steady_time::clock::now();
  std::optional<request_problem> problem = {};
  std::string credential = {}; ///< by which the caller was known
};

/// Takes over the parser's message. The parser has read it to its end.
understood_request understand(request_parser& from, std::string_view peer);

} // namespace floorwalker
