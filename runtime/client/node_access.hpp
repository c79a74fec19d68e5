// How a client command reaches a node, and what the node said when it refused.
#pragma once

#include "messages/http_answer.hpp"
#include "runtime/configuration/client_requests.hpp"
#include "runtime/network/platform_access.hpp"

#include <stdexcept>
#include <string>
#include <string_view>

namespace floorwalker {

/// Ends a client command: `what()` is one clause for stderr, without secrets.
class client_failure : public std::runtime_error {
public:
  client_failure(int code, const std::string& clause) : std::runtime_error(clause), exit_code(code) {}

  int exit_code; ///< 1: unreachable, or no such thing; 2: wrong usage; 3: refused
};

struct node_access {
  platform_access_ptr at;
  std::string authorization; ///< of a header; empty: no token
};

/// Reads the token from its file, else from the environment variable FLOORWALKER_TOKEN. Throws client_failure (2): the
/// URL is wrong, a file can't be read, the token is no token, or it would travel without TLS to another machine.
node_access open_node_access(const node_location& location, const std::string& user_agent);

/// Asks for `target` (path and query) and waits for the answer, 10 s at most. Throws client_failure: 1 if there is
/// none, 3 for 401 and 403; other statuses are the caller's.
http_answer ask_node(const node_access& access, const std::string& target);

/// Of an answer that is no success: the detail of its problem document (RFC 9457), else its status in words.
std::string problem_of(const http_answer& answer);

/// The failure that a status means for the command: 3 for 401 and 403, else 1.
client_failure refusal(const node_access& access, const http_answer& answer);

} // namespace floorwalker
