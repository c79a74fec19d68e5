#include "actors/tenant/tenant_tree.hpp"

namespace floorwalker {

tenant_condition condition_of(const listener_counts& counts, bool begins) {
  auto subscribed = counts.active + counts.paused;
  if (counts.stopped > 0) return tenant_condition::degraded;
  if (counts.reconnecting > 0) return begins ? tenant_condition::starting : tenant_condition::degraded;
  return subscribed > 0 ? tenant_condition::running : tenant_condition::starting;
}

} // namespace floorwalker
