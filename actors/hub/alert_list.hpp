// The alerts that a tenant's hub shows. Pure: no CAF, no I/O, no clock.
#pragma once

#include "messages/actors.hpp"
#include "messages/alert_status.hpp"

#include <string>
#include <utility>
#include <vector>

namespace floorwalker {

/// Holds the newest alert of each kind: kinds are a fixed set, so the list is bounded. What the alerts actor tells is
/// that one began; so it fires until another of its kind takes its place.
class alert_list {
public:
  /// Gives the alert as it is shown.
  const alert_status& raise(alert_raised raised, utc_time at) {
    alert_status shown;
    shown.id = raised.kind;
    shown.kind = std::move(raised.kind);
    shown.sentence = std::move(raised.sentence);
    shown.advice = std::move(raised.advice);
    shown.since = at;
    shown.firing_since = at;
    for (auto& each : alerts_)
      if (each.id == shown.id) return each = std::move(shown);
    return alerts_.emplace_back(std::move(shown));
  }

  const std::vector<alert_status>& all() const { return alerts_; }

private:
  std::vector<alert_status> alerts_;
};

} // namespace floorwalker
