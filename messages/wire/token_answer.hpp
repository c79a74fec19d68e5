// The token endpoint's answers (docs/protocol.md, "Token"; RFC 6749 §5). Pure: bytes in, meaning out.
#pragma once

#include "messages/http_answer.hpp"

#include <chrono>
#include <string>
#include <variant>

namespace floorwalker::wire {

/// A token was issued, for the wanted scope.
struct token_granted {
  std::string access_token;
  std::chrono::seconds life{}; ///< at most one year
};

/// What a tenant expects of an answer.
struct token_terms {
  std::string scope = "agent:read";        ///< must be named, where an answer names any
  std::chrono::seconds unstated_life{300}; ///< where the answer says nothing usable
};

/// The client may not have a token, now or ever: wrong credentials or a scope without the wanted one.
struct token_denied {
  std::string reason;         ///< one sentence, with the server's error and description, never a secret
  bool scope_missing = false; ///< true: a token came, but its scope lacks the wanted one (fatal at any time)
};

/// The endpoint is unwell: ask again later.
struct token_unavailable {
  std::string reason;
  std::optional<std::chrono::seconds> retry_after;
};

using token_verdict = std::variant<token_granted, token_denied, token_unavailable>;

/// Judges an answer of the token endpoint by the protocol's token table. Never throws; texts taken from the server are
/// cut to 200 bytes with control characters escaped.
token_verdict judge_token_answer(const http_answer& answer, const token_terms& terms = {});

/// The form body of a token request (application/x-www-form-urlencoded, RFC 6749 §4.4.2). Holds the secret.
std::string token_request_body(const std::string& client_id, const std::string& client_secret,
                               const std::string& tenant);

} // namespace floorwalker::wire
