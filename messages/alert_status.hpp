// Alerts as users see them (record "alert" of docs/interfaces.md). No CAF.
#pragma once

#include "messages/time.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace floorwalker {

enum class alert_state : std::uint8_t { pending, firing, resolved };

std::string_view to_text(alert_state state);

/// One alert in its present state. `id` stays the same through its life.
struct alert_status {
  std::string id;
  std::string kind;
  alert_state state = alert_state::firing;
  std::map<std::string, std::string> labels;
  std::optional<double> value;
  std::string sentence;
  std::string advice;
  utc_time since;
  std::optional<utc_time> firing_since;
  std::optional<utc_time> resolved_at;
  bool silenced = false;
};

/// The alert as one JSON object.
std::string to_json(const alert_status& alert);

} // namespace floorwalker
