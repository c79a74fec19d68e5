#include "actors/alerts/alert_rules.hpp"

#include "messages/json_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <utility>

namespace floorwalker {
namespace {

/// Fewer events say nothing about accuracy: one mistake among ten would be 90 %.
constexpr std::uint64_t least_events_for_accuracy = 20;

double percent(std::uint64_t part, std::uint64_t whole) {
  return 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

std::string number(double value) {
  std::string text;
  append_number(text, value, 2);
  return text;
}

/// "5 min", "90 s", "250 ms": the largest unit that leaves no fraction.
std::string in_words(std::chrono::nanoseconds length) {
  using namespace std::chrono;
  if (length >= 1min && length % 1min == 0ns) return fmt::format("{} min", duration_cast<minutes>(length).count());
  if (length >= 1s && length % 1s == 0ns) return fmt::format("{} s", duration_cast<seconds>(length).count());
  return fmt::format("{} ms", duration_cast<milliseconds>(length).count());
}

} // namespace

alert_rules::alert_rules(std::string tenant, const alert_settings& settings)
    : tenant_{std::move(tenant)},
      settings_{settings},
      latency_limit_ms_{std::chrono::floor<std::chrono::milliseconds>(settings.max_latency).count()},
      settled_after_{settings.window / 10},
      window_{settings.window} {}

std::vector<alert_text> alert_rules::apply(const committed_batch& batch) {
  std::vector<alert_text> alerts;
  const record_draft* last_rejected = nullptr;
  window_counts seen;
  for (auto& record : batch.drafts->records) {
    if (record.kind != record_kind::transition) continue;
    auto late = record.latency_ms > latency_limit_ms_;
    window_counts counts{1, record.valid ? 0u : 1u, late ? 1u : 0u};
    if (!window_.reaches(record.received_at)) advance(record.received_at, alerts);
    window_.add(record.received_at, counts);
    seen += counts;
    if (late) worst_ms_ = std::max(worst_ms_, record.latency_ms);
    if (!record.valid) last_rejected = &record;
    check(record.received_at, alerts);
  }
  since_report_ += seen;
  if (last_rejected) remember_unauthorized(batch, *last_rejected);
  return alerts;
}

void alert_rules::advance(utc_time at, std::vector<alert_text>& alerts) {
  while (!window_.reaches(at)) check(window_.step_towards(at), alerts);
}

void alert_rules::check(utc_time at, std::vector<alert_text>& alerts) {
  auto& sum = window_.sum();
  if (sum.unauthorized + sum.late == 0) return;
  if (begins(unauthorized, sum.unauthorized > settings_.max_unverified_transitions, at))
    alerts.push_back(too_many_unauthorized());
  auto inaccurate =
      sum.events >= least_events_for_accuracy && 100.0 * static_cast<double>(sum.events - sum.unauthorized) <
                                                     settings_.min_accuracy_percent * static_cast<double>(sum.events);
  if (begins(accuracy, inaccurate, at)) alerts.push_back(too_inaccurate());
  if (begins(latency, sum.late > 0, at)) alerts.push_back(too_late());
}

bool alert_rules::begins(condition which, bool holds, utc_time at) {
  if (!holds) return false;
  auto& seen = edges_[which];
  // Batches of several slots overlap in time, so a record may be a little older than the one before. But a time that
  // lies more than a window ahead is that of a clock which has been set back since.
  auto set_back = seen.last_held - at > settings_.window;
  auto begins = !seen.held_before || set_back || at - seen.last_held >= settled_after_;
  seen.held_before = true;
  seen.last_held = set_back ? at : std::max(at, seen.last_held);
  return begins;
}

void alert_rules::remember_unauthorized(const committed_batch& batch, const record_draft& record) {
  std::string_view text = batch.drafts->text;
  last_unauthorized_ = "agent ";
  append_json_string(last_unauthorized_, record.agent.in(text));
  last_unauthorized_ += " went from ";
  append_json_string(last_unauthorized_, record.previous.in(text));
  last_unauthorized_ += " to ";
  append_json_string(last_unauthorized_, record.current.in(text));
}

alert_text alert_rules::too_many_unauthorized() const {
  return {"unauthorized-transitions",
          fmt::format("tenant {} had {} unauthorized transitions within {}, and {} are tolerated", tenant_,
                      window_.sum().unauthorized, in_words(settings_.window), settings_.max_unverified_transitions),
          "look up the TRANSITION_REJECTED entries of the trail; if those moves are legitimate, add them to the "
          "tenant's state-matrix"};
}

alert_text alert_rules::too_inaccurate() const {
  auto& sum = window_.sum();
  auto valid = sum.events - sum.unauthorized;
  return {"accuracy",
          fmt::format("tenant {} had {} authorized transitions among {} within {}: {} %, and at least {} % are wanted",
                      tenant_, valid, sum.events, in_words(settings_.window), number(percent(valid, sum.events)),
                      number(settings_.min_accuracy_percent)),
          "compare the rejected transitions with the tenant's state-matrix: either agents' software skips states or "
          "the matrix lacks moves"};
}

alert_text alert_rules::too_late() const {
  auto& sum = window_.sum();
  return {"latency",
          fmt::format("tenant {} received {} of {} events ({} %) within {} more than {} after they happened", tenant_,
                      sum.late, sum.events, number(percent(sum.late, sum.events)), in_words(settings_.window),
                      in_words(settings_.max_latency)),
          "check the network between the platform and this node, both clocks, and whether listeners are paused because "
          "a sink is full"};
}

alert_text alert_rules::listener_stopped(std::uint32_t listener, const std::string& cause) const {
  return {"listener-stopped",
          fmt::format("listener {} of tenant {} stopped and will not connect again: {}", listener, tenant_, cause),
          "its agents are not monitored; remove the cause, then restart the process"};
}

std::optional<alert_text> alert_rules::renewal(const std::string& problem, bool final) {
  if (problem.empty()) {
    renewal_failing_ = false;
    return std::nullopt;
  }
  if (final)
    return alert_text{"credentials",
                      fmt::format("the platform rejected the credentials of tenant {} for good: {}", tenant_, problem),
                      "correct the tenant's client-id, secret or scope, then restart the process"};
  if (std::exchange(renewal_failing_, true)) return std::nullopt;
  return alert_text{"token-renewal", fmt::format("tenant {} could not get a token: {}", tenant_, problem),
                    "it is asked for again by itself; connections that stand go on until the gateway closes them"};
}

std::optional<alert_text> alert_rules::audit(const std::string& problem, bool damaged) {
  if (problem.empty()) {
    audit_failing_ = false;
    return std::nullopt;
  }
  if (std::exchange(audit_failing_, true)) return std::nullopt;
  if (damaged)
    return alert_text{
        "audit-damaged",
        fmt::format("the audit trail of tenant {} is damaged beyond what a crash explains: {}", tenant_, problem),
        "the tenant is not started, and its folder is left as it is; look at it with audit verify, then "
        "bring it back from a copy or move it away"};
  return alert_text{
      "audit-unavailable", fmt::format("the audit trail of tenant {} can't be written: {}", tenant_, problem),
      "free or repair the disk; records wait in memory, then the platform is held back, and nothing is lost"};
}

std::optional<alert_text> alert_rules::audit_space(const std::string& clause) {
  if (clause.empty()) {
    audit_space_low_ = false;
    return std::nullopt;
  }
  if (std::exchange(audit_space_low_, true)) return std::nullopt;
  return alert_text{"audit-space",
                    fmt::format("the disk of the audit trail of tenant {} is nearly full: {}", tenant_, clause),
                    "free space, or keep less with audit.retain-days and audit.retain-bytes; when nothing is left, "
                    "records wait in memory and monitoring pauses"};
}

std::string alert_rules::take_report() {
  auto counts = std::exchange(since_report_, {});
  auto worst = std::exchange(worst_ms_, 0);
  auto report = fmt::format("tenant {} had", tenant_);
  if (counts.unauthorized > 0)
    report += fmt::format(" {} unauthorized (at last, {})", counts.unauthorized, last_unauthorized_);
  if (counts.unauthorized > 0 && counts.late > 0) report += " and";
  if (counts.late > 0) report += fmt::format(" {} late (by up to {} ms)", counts.late, worst);
  report += fmt::format(" among its last {} transitions", counts.events);
  return report;
}

} // namespace floorwalker
