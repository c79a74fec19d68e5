// Alerts as POST /api/v2/alerts takes them (Alertmanager's OpenAPI document, postableAlerts). Pure.
#pragma once

#include "messages/alert_status.hpp"
#include "messages/time.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace floorwalker {

/// What every alert of this process says of where it comes from.
struct alertmanager_origin {
  std::string node;
  std::string wallboard; ///< generatorURL; empty: unknown
};

/// One alert, and when it ends if nobody says otherwise. Not owned.
struct alertmanager_alert {
  const std::string* tenant = nullptr;
  const alert_status* alert = nullptr;
  utc_time ends_at;
};

/// "critical" if agents are not followed or the trail is not written; else "warning".
std::string_view severity_of(std::string_view alert_kind);

/// A JSON array. Labels are alertname (the kind), node, severity, tenant and the alert's own.
std::string alertmanager_text(const std::vector<alertmanager_alert>& alerts, const alertmanager_origin& origin);

} // namespace floorwalker
