#include "actors/connection/slot_course.hpp"

#include "actors/supervision/backoff.hpp"
#include "messages/close_reasons.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace floorwalker {

slot_commands slot_course::begin() {
  slot_commands out;
  ++tokens_;
  ask_leave(false, out);
  out.emplace_back(report_condition{slot_condition::connecting, {}});
  return out;
}

void slot_course::ask_leave(bool handover, slot_commands& out) {
  (handover ? handover_waits_ : main_waits_) = waiting_for::leave;
  out.emplace_back(want_connect{++wishes_, handover});
}

void slot_course::settle(std::optional<std::uint64_t>& leave, slot_commands& out) {
  if (auto wish = std::exchange(leave, std::nullopt)) out.emplace_back(settle_connect{*wish});
}

void slot_course::open(bool handover, slot_commands& out) {
  connection next;
  next.number = ++connections_;
  next.token = tokens_;
  renewal_wanted_ = false; // the newest token and agents are used from here on
  (handover ? successor_ : reading_) = next;
  out.emplace_back(open_connection{next.number, handover});
}

slot_commands slot_course::renew() {
  slot_commands out;
  renewal_wanted_ = true;
  hand_over_if_wanted(out);
  return out;
}

slot_commands slot_course::new_token() {
  ++tokens_;
  auto out = renew();
  token_awaited_ = false;
  if (std::exchange(retry_overdue_, false) && !stopping_ && !stopped_) {
    ++retries_; // the timer that runs is overtaken
    try_again(out);
  }
  return out;
}

void slot_course::hand_over_if_wanted(slot_commands& out) {
  if (!renewal_wanted_ || stopping_ || stopped_) return;
  auto in_progress = successor_ || !closing_.empty() || handover_waits_ != waiting_for::nothing;
  if (!reading_ || !reading_->subscribed || reading_->breaking || in_progress) return;
  handover_failures_ = 0;
  ask_leave(true, out);
}

slot_commands slot_course::granted(const connect_granted& grant) {
  slot_commands out;
  auto current = grant.number == wishes_ && !stopping_ && !stopped_;
  if (current && main_waits_ == waiting_for::leave) {
    leave_ = grant.number;
    main_waits_ = waiting_for::nothing;
    open(false, out);
  } else if (current && handover_waits_ == waiting_for::leave && grant.handover) {
    leave_ = grant.number;
    handover_waits_ = waiting_for::nothing;
    if (grant.make_before_break) {
      open(true, out);
    } else {
      reading_->breaking = true;
      out.emplace_back(close_connection{reading_->number, 1000, std::string{close_reasons::hand_over}, true});
    }
  } else {
    out.emplace_back(settle_connect{grant.number});
  }
  return out;
}

slot_commands slot_course::subscribed(std::uint64_t number, steady_time now) {
  slot_commands out;
  if (stopping_ || stopped_) return out; // it was told to close, and the older connection may be gone already
  if (reading_ && reading_->number == number) {
    reading_->subscribed = now;
    settle(leave_, out);
    out.emplace_back(report_condition{slot_condition::active, {}});
  } else if (successor_ && successor_->number == number) {
    // Until the old connection is gone, two listener places are in use.
    closing_leave_ = std::exchange(leave_, std::nullopt);
    closing_.push_back(reading_->number);
    out.emplace_back(close_connection{reading_->number, 1000, std::string{close_reasons::hand_over}, true});
    reading_ = std::exchange(successor_, std::nullopt);
    reading_->subscribed = now;
    out.emplace_back(report_condition{slot_condition::active, {}});
  } else {
    return out;
  }
  renewed_for_refusal_ = token_awaited_ = retry_overdue_ = false;
  hand_over_if_wanted(out);
  return out;
}

void slot_course::carried_event(std::uint64_t number) {
  for (auto known : {&reading_, &successor_})
    if (*known && (*known)->number == number) (*known)->carried_event = true;
}

slot_commands slot_course::paused(std::uint64_t number, bool paused) {
  if (!reading_ || reading_->number != number || !reading_->subscribed) return {};
  return {report_condition{paused ? slot_condition::paused : slot_condition::active, {}}};
}

slot_commands slot_course::ended(std::uint64_t number, const stream_end& end, steady_time now, double chance) {
  slot_commands out;
  if (std::erase(closing_, number) > 0) {
    if (closing_.empty()) settle(closing_leave_, out);
    hand_over_if_wanted(out);
  } else if (reading_ && reading_->number == number) {
    reading_ended(end, now, chance, out);
  } else if (successor_ && successor_->number == number) {
    successor_ended(end, chance, out);
  }
  return out;
}

void slot_course::reading_ended(const stream_end& end, steady_time now, double chance, slot_commands& out) {
  auto gone = *std::exchange(reading_, std::nullopt);
  if (stopping_) return;
  auto decision = decide(end);
  if (gone.subscribed && (gone.carried_event || now - *gone.subscribed >= policy_.max_delay)) failures_ = 0;
  auto refused = decision.action == close_action::renew_then_retry && gone.token == tokens_;
  if (gone.breaking && decision.action != close_action::stop && !refused) {
    open(false, out);
    out.emplace_back(report_condition{slot_condition::connecting, "hand-over"});
    return;
  }
  if (decision.action == close_action::stop) return give_up(std::move(decision.cause), out);
  renew_if_refused(decision, gone, out);
  if (successor_) {
    // The hand-over's connection is already on its way: it becomes the retry.
    reading_ = std::exchange(successor_, std::nullopt);
    ++failures_;
    out.emplace_back(report_condition{slot_condition::connecting, std::move(decision.cause)});
    return;
  }
  handover_waits_ = waiting_for::nothing;
  settle(leave_, out);
  attempt_failed(std::move(decision.cause), end, chance, out);
}

void slot_course::successor_ended(const stream_end& end, double chance, slot_commands& out) {
  auto gone = *std::exchange(successor_, std::nullopt);
  settle(leave_, out);
  if (stopping_ || stopped_) return;
  auto decision = decide(end);
  renew_if_refused(decision, gone, out);
  if (decision.action == close_action::stop)
    out.emplace_back(handover_abandoned{std::move(decision.cause)});
  else
    handover_failed(std::move(decision.cause), end, chance, out);
}

void slot_course::renew_if_refused(const close_decision& decision, const connection& gone, slot_commands& out) {
  if (decision.action != close_action::renew_then_retry || gone.token != tokens_) return;
  if (std::exchange(renewed_for_refusal_, true)) return;
  token_awaited_ = true;
  out.emplace_back(renew_token{});
}

void slot_course::attempt_failed(std::string cause, const stream_end& end, double chance, slot_commands& out) {
  if (failures_ >= policy_.max_attempts && !policy_.keep_trying)
    return give_up(fmt::format("retry {} of {} failed: {}", failures_, policy_.max_attempts, cause), out);
  main_waits_ = waiting_for::retry;
  wait(++failures_, end, chance, out);
  out.emplace_back(report_condition{slot_condition::waiting, std::move(cause)});
}

void slot_course::handover_failed(std::string cause, const stream_end& end, double chance, slot_commands& out) {
  if (handover_failures_ >= policy_.max_attempts && !policy_.keep_trying) {
    handover_waits_ = waiting_for::nothing;
    out.emplace_back(handover_abandoned{std::move(cause)});
    return;
  }
  renewal_wanted_ = true;
  handover_waits_ = waiting_for::retry;
  wait(++handover_failures_, end, chance, out);
}

void slot_course::wait(std::uint32_t retry, const stream_end& end, double chance, slot_commands& out) {
  auto policy = policy_;
  if (retry > policy.max_attempts) policy.base_delay = policy.max_delay; // keep-trying goes on every cap
  auto delay = backoff(policy, retry, chance);
  if (end.retry_after) delay = std::max<std::chrono::nanoseconds>(delay, std::min(*end.retry_after, retry_after_max));
  out.emplace_back(wait_for_retry{++retries_, delay});
}

slot_commands slot_course::retry_due(std::uint64_t number, double chance) {
  slot_commands out;
  if (number != retries_ || stopping_ || stopped_) return out;
  if (!token_awaited_) {
    try_again(out);
    return out;
  }
  // With the refused token the attempt is bound to fail, so it counts as failed without being made.
  retry_overdue_ = true;
  constexpr const char* cause = "its token was refused, and no new one has come";
  if (main_waits_ == waiting_for::retry)
    attempt_failed(cause, {}, chance, out);
  else if (handover_waits_ == waiting_for::retry)
    handover_failed(cause, {}, chance, out);
  return out;
}

void slot_course::try_again(slot_commands& out) {
  if (main_waits_ == waiting_for::retry) {
    ask_leave(false, out);
    out.emplace_back(report_condition{slot_condition::connecting, {}});
  } else if (handover_waits_ == waiting_for::retry) {
    handover_waits_ = waiting_for::nothing;
    if (reading_ && reading_->subscribed && !successor_ && closing_.empty()) ask_leave(true, out);
  }
}

void slot_course::give_up(std::string cause, slot_commands& out) {
  stopped_ = true;
  main_waits_ = handover_waits_ = waiting_for::nothing;
  if (successor_)
    out.emplace_back(close_connection{successor_->number, 1000, std::string{close_reasons::hand_over}, false});
  else
    settle(leave_, out);
  out.emplace_back(report_condition{slot_condition::stopped, std::move(cause)});
}

slot_commands slot_course::stop(std::string_view reason) {
  slot_commands out;
  if (std::exchange(stopping_, true)) return out;
  main_waits_ = handover_waits_ = waiting_for::nothing;
  for (auto known : {&reading_, &successor_})
    if (*known) out.emplace_back(close_connection{(*known)->number, 1000, std::string{reason}, false});
  return out; // leaves end with the slot: until then its connections hold their places
}

} // namespace floorwalker
