// The alerts that are shown. Pure: no CAF, no I/O, no clock.
#pragma once

#include "messages/alert_status.hpp"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace floorwalker {

/// Holds what is pending or firing, of which the alerts actor bounds the number, and the newest of what is over.
class alert_list {
public:
  static constexpr std::size_t resolved_max = 200;

  /// The alert as it is now.
  void put(const alert_status& alert) {
    std::erase_if(alerts_, [&](const alert_status& each) { return each.id == alert.id; });
    alerts_.push_back(alert);
    if (!is_resolved(alert) || std::ranges::count_if(alerts_, is_resolved) <= most_resolved) return;
    alerts_.erase(std::ranges::find_if(alerts_, is_resolved));
  }

  void clear() { alerts_.clear(); }
  /// The one that changed last stands last.
  const std::vector<alert_status>& all() const { return alerts_; }
  std::vector<alert_status>& all() { return alerts_; }

private:
  static constexpr auto most_resolved = static_cast<std::ptrdiff_t>(resolved_max);
  static bool is_resolved(const alert_status& alert) { return alert.state == alert_state::resolved; }

  std::vector<alert_status> alerts_;
};

} // namespace floorwalker
