// When a token is asked for, and what an answer means (docs/protocol.md, "Token"). Pure: time is an argument.
#pragma once

#include "messages/settings.hpp"
#include "messages/time.hpp"
#include "messages/wire/token_answer.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace floorwalker {

/// A request without any answer counts as failed after this; the port should have answered long before.
inline constexpr std::chrono::seconds token_answer_deadline{60};

/// What follows from an answer.
struct token_step {
  std::optional<wire::token_granted> granted;         ///< the new token, to be passed on
  std::optional<std::chrono::nanoseconds> request_in; ///< none: no further request
  bool failed = false;                                ///< the tenant may not go on
  std::string problem;                                ///< why there is no new token; empty with `granted`
};

/// The life of one tenant's tokens.
class token_course {
public:
  token_course(renewal_settings renewal, reconnect_settings reconnect) : renewal_(renewal), reconnect_(reconnect) {}

  /// A request goes out now.
  void requested(steady_time now);

  /// Its answer came. `chance` in [0, 1) is for jitter.
  token_step answered(wire::token_verdict verdict, steady_time now, double chance);

  /// A gateway refused token `number`: how long until it is to be renewed, or none if that is under way or done.
  std::optional<std::chrono::nanoseconds> refused(std::uint64_t number, steady_time now);

  /// The number of the newest token; 0: none yet.
  std::uint64_t number() const { return number_; }
  /// Requests that failed in a row.
  std::uint32_t failures() const { return failures_; }

private:
  std::chrono::nanoseconds not_before(std::chrono::nanoseconds delay, steady_time now) const;

  renewal_settings renewal_;
  reconnect_settings reconnect_;
  std::uint64_t number_ = 0;
  std::uint32_t failures_ = 0;
  bool pending_ = false;
  bool renewal_asked_ = false; ///< a refusal has already moved the next request forward
  steady_time expires_{};
  std::optional<steady_time> last_request_;
};

} // namespace floorwalker
