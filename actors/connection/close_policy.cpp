#include "actors/connection/close_policy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <string_view>

namespace floorwalker {
namespace {

bool contains_any_case(std::string_view text, std::string_view word) {
  auto same = [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; };
  return std::search(text.begin(), text.end(), word.begin(), word.end(), same) != text.end();
}

bool names_expired_token(std::string_view reason) {
  return contains_any_case(reason, "token") && contains_any_case(reason, "expired");
}

std::string with_reason(std::string clause, std::string_view reason) {
  if (!reason.empty()) clause += fmt::format(": {}", reason);
  return clause;
}

close_decision decide_closed(const stream_end& end) {
  constexpr std::uint16_t token_expired = 4401, policy_violation = 1008;
  if (end.by_us && end.code == 1000) return {close_action::none, with_reason("closed by us", end.reason)};
  auto closed = with_reason(fmt::format("closed with {}", end.code), end.reason);
  if (end.code == token_expired || names_expired_token(end.reason))
    return {close_action::renew_then_retry, std::move(closed)};
  if (end.code == policy_violation && !contains_any_case(end.reason, "rate"))
    return {close_action::stop,
            closed + " (likely causes: a subscription the gateway refuses, a missing scope, or too many listeners)"};
  return {close_action::retry, std::move(closed)};
}

} // namespace

close_decision decide(const stream_end& end) {
  switch (end.kind) {
  case stream_end_kind::closed:
    return decide_closed(end);
  case stream_end_kind::connect_failed:
    return {close_action::retry, with_reason("no connection", end.reason)};
  case stream_end_kind::ack_timeout:
    return {close_action::retry, "no answer to the subscription in time"};
  case stream_end_kind::upgrade_refused: {
    auto refused = with_reason(fmt::format("the upgrade was refused with HTTP {}", end.http_status), end.reason);
    return {end.http_status == 401 ? close_action::renew_then_retry : close_action::retry, std::move(refused)};
  }
  case stream_end_kind::rejected: {
    auto rejected = with_reason("the subscription was rejected", end.reason);
    return {contains_any_case(end.reason, "rate") ? close_action::retry : close_action::stop, std::move(rejected)};
  }
  }
  return {};
}

} // namespace floorwalker
