#include "actors/auth/token_rules.hpp"

#include "actors/supervision/backoff.hpp"

#include <algorithm>

namespace floorwalker {

using std::chrono::nanoseconds;

void token_course::requested(steady_time now) {
  pending_ = true;
  last_request_ = now;
}

nanoseconds token_course::not_before(nanoseconds delay, steady_time now) const {
  if (!last_request_) return delay;
  auto earliest = std::chrono::duration_cast<nanoseconds>(*last_request_ + renewal_.min_interval - now);
  return std::max({delay, earliest, nanoseconds::zero()});
}

token_step token_course::answered(wire::token_verdict verdict, steady_time now, double chance) {
  pending_ = false;
  renewal_asked_ = false;
  token_step step;
  if (auto granted = std::get_if<wire::token_granted>(&verdict)) {
    failures_ = 0;
    ++number_;
    expires_ = now + granted->life;
    step.request_in = not_before(nanoseconds{granted->life} / 100 * renewal_.at_life_percent, now);
    step.granted = std::move(*granted);
    return step;
  }
  if (auto denied = std::get_if<wire::token_denied>(&verdict)) {
    step.problem = std::move(denied->reason);
    if (denied->scope_missing || number_ == 0 || now >= expires_) {
      ++failures_;
      step.failed = true;
      return step;
    }
    // A denied renewal may be a mistake on the other side; the old token's end is the last moment to mend it.
    step.request_in = not_before(backoff(reconnect_, ++failures_, chance), now);
    step.request_in = std::min(*step.request_in, not_before(expires_ - now, now));
    return step;
  }
  auto& unavailable = std::get<wire::token_unavailable>(verdict);
  step.problem = std::move(unavailable.reason);
  auto delay = backoff(reconnect_, ++failures_, chance);
  if (unavailable.retry_after)
    delay = std::max<nanoseconds>(delay, std::min(*unavailable.retry_after, retry_after_max));
  step.request_in = not_before(delay, now);
  return step;
}

std::optional<nanoseconds> token_course::refused(std::uint64_t number, steady_time now) {
  // While requests fail, the next one is due by the back-off, which a refusal may not cut short.
  if (number != number_ || pending_ || renewal_asked_ || failures_ > 0) return std::nullopt;
  renewal_asked_ = true;
  return not_before(nanoseconds::zero(), now);
}

} // namespace floorwalker
