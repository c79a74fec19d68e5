#include "actors/tenant/tenant_tree.hpp"

namespace floorwalker {

tenant_condition condition_of(const listener_counts& counts) {
  auto subscribed = counts.active + counts.paused;
  auto missing = counts.reconnecting + counts.stopped;
  if (subscribed == 0) return missing == counts.reconnecting ? tenant_condition::starting : tenant_condition::degraded;
  return missing == 0 ? tenant_condition::running : tenant_condition::degraded;
}

} // namespace floorwalker
