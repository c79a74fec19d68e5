// Who a request comes from: tokens, sessions, and the limit on failed attempts. Time is an argument.
#pragma once

#include "messages/time.hpp"
#include "runtime/http/access_token.hpp"
#include "runtime/http/caller.hpp"
#include "runtime/http/failed_attempts.hpp"
#include "runtime/http/session_table.hpp"

#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace floorwalker {

/// What a request brought to say who it is from.
struct presented_credentials {
  std::optional<std::string_view> authorization; ///< the header's value
  std::string_view session;                      ///< the cookie's value; empty: none
  std::string_view peer;                         ///< address without port
  bool from_this_machine = false;                ///< from loopback, and not through a proxy
};

/// How that was judged.
struct identification {
  enum class outcome : std::uint8_t { known, missing, wrong, too_many_attempts };
  outcome result = outcome::missing;
  http_caller caller;     ///< role nobody unless known
  std::string credential; ///< for `still_valid` and `sign_out`; empty for anonymous callers
};

/// All calls: any thread, short.
class access_control {
public:
  struct session_limits {
    std::chrono::nanoseconds session_life = std::chrono::hours{168}; ///< from signing in
    std::chrono::nanoseconds session_idle = std::chrono::hours{12};  ///< without a request or an open stream
  };

  /// Without tokens: from this machine everybody is an administrator of all, from elsewhere a viewer of all. The server
  /// listens elsewhere without tokens only where `insecure = true` says so.
  access_control();
  access_control(std::vector<api_token> tokens, session_limits wanted);

  bool tokens_required() const;

  identification identify(const presented_credentials& presented, steady_time now);

  /// A session for a token: the cookie's value, or nothing and why in `refusal`.
  struct sign_in_result {
    std::string session;
    identification::outcome refusal = identification::outcome::known;
    std::string name; ///< of the token
  };
  sign_in_result sign_in(std::string_view token, std::string_view peer, steady_time now);

  /// Ends the session of a credential. A token's is left alone.
  void sign_out(std::string_view credential);

  /// False once the session has ended or the token was revoked or changed. Keeps a session from going idle.
  bool still_valid(std::string_view credential, steady_time now);

  /// New tokens; sessions of tokens that are gone or changed end. Without effect if there were none at the start:
  /// whether anybody must sign in is settled then.
  void replace_tokens(std::vector<api_token> tokens);

  std::size_t sessions() const;

private:
  const api_token* find_token(std::string_view secret) const;

  mutable std::mutex mutex_;
  bool required_ = false;
  std::vector<api_token> tokens_;
  session_table sessions_;
  failed_attempts failures_;
};

} // namespace floorwalker
