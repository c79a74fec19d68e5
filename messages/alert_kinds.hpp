// The kinds of alerts, a fixed set (docs/actors/alerts.md). No CAF.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace floorwalker {

inline constexpr std::array<std::string_view, 14> alert_kinds{
    "unauthorized-transitions",
    "accuracy",
    "latency",
    "gap-rate",
    "time-in-state",
    "stream-silence",
    "sink-lag",
    "listeners-lost",
    "listener-stopped",
    "token-renewal",
    "credentials",
    "audit-unavailable",
    "audit-space",
    "audit-damaged",
};

constexpr bool is_alert_kind(std::string_view text) {
  return std::ranges::find(alert_kinds, text) != alert_kinds.end();
}

} // namespace floorwalker
