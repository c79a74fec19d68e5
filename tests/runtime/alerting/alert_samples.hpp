// Alerts in each part of their life, and instants to look at them.
#pragma once

#include "runtime/alerting/alert_notices.hpp"

#include <boost/json/parse.hpp>

#include <chrono>
#include <string>
#include <utility>

namespace floorwalker::testing {

/// 2026-11-23 10:00:00 UTC.
inline constexpr utc_time opening{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23} + std::chrono::hours{10}};

/// So long after the opening, and after the start of the process.
inline moment after(std::chrono::nanoseconds time) { return {time, opening + time}; }

inline alert_status firing(std::string kind = "latency", std::string id = "latency-1") {
  alert_status alert;
  alert.id = std::move(id);
  alert.kind = std::move(kind);
  alert.state = alert_state::firing;
  alert.sentence = "tenant acme is \"late\"";
  alert.advice = "look at the clock";
  alert.since = opening - std::chrono::seconds{30};
  alert.firing_since = opening;
  return alert;
}

inline alert_status pending(alert_status alert = firing()) {
  alert.state = alert_state::pending;
  alert.firing_since.reset();
  return alert;
}

inline alert_status resolved(alert_status alert = firing(), std::chrono::seconds at = std::chrono::seconds{90}) {
  alert.state = alert_state::resolved;
  alert.resolved_at = opening + at;
  return alert;
}

inline boost::json::value parsed(const notice_request& request) { return boost::json::parse(request.body); }

} // namespace floorwalker::testing
