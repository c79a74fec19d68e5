// What a reload of the configuration changes of the floor. Told to the root, with everything from outside that is needed
// for it opened already.
#pragma once

#include "actors/root/root.hpp"
#include "actors/tenant/tenant_change.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace floorwalker {

struct added_tenant {
  tenant_settings settings;
  tenant_ports ports;
};

struct changed_tenant {
  tenant_settings_ptr settings;
  std::vector<std::string> keys;          ///< below the tenant's block, for the trail
  std::optional<platform_ports> platform; ///< none: only rules differ
};

/// Everything that is not named here goes on untouched.
struct floor_change {
  std::vector<std::string> tenants_removed = {};
  bool failed_removed = false; ///< tenants that have failed are removed as well, so that they can be added anew
  std::vector<std::string> sinks_removed = {};
  std::vector<sink_port> sinks_added = {}; ///< under names that nobody has any more
  std::vector<added_tenant> tenants_added = {};
  std::vector<changed_tenant> tenants_changed = {};
  bool alerts_told_again = false; ///< those that stand, since a receiver of alerts has begun
};

/// A floor_change is answered within this time: a tenant is drained, then the sinks are.
inline constexpr std::chrono::seconds floor_change_patience{15};

} // namespace floorwalker
