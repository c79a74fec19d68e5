// What a configuration that was read anew changes of the one that runs. Pure.
#pragma once

#include "runtime/configuration/configuration.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace floorwalker {

/// What becomes of a tenant, sink or receiver of alerts that a reload touches.
enum class part_change : std::uint8_t {
  added,
  removed,
  rules,    ///< a tenant's: obeyed from now on, no connection is touched
  connects, ///< a tenant's: it connects anew, which is an interruption that is recorded and reconciled
  restarted ///< a sink, which goes on at its cursor; or a tenant that had failed
};

/// The word for it in answers and logs.
std::string_view to_text(part_change change);

struct changed_part {
  std::string name;
  part_change change = part_change::added;
  std::vector<std::string> keys; ///< what differs, as key paths below the part's block; none for added and removed ones

  friend bool operator==(const changed_part&, const changed_part&) = default;
};

struct configuration_difference {
  std::vector<changed_part> tenants;   ///< by name
  std::vector<changed_part> sinks;     ///< by name
  std::vector<changed_part> receivers; ///< of alerts, by name
  bool log_level = false;              ///< applied as it is
  /// Full key paths of what differs and counts with the next start of the process only.
  std::vector<std::string> needs_restart;

  bool empty() const {
    return tenants.empty() && sinks.empty() && receivers.empty() && !log_level && needs_restart.empty();
  }
};

/// Compares by the values in force, so that a default that is written down is no change. Both configurations must be
/// without problems. Files that keys name are not looked into.
configuration_difference difference_between(const configuration_result& running, const configuration_result& read);

/// Takes a part that could not be started out of what runs, so that the next reload finds it missing.
void leave_out_tenant(configuration_result& running, const std::string& name);
void leave_out_sink(configuration_result& running, const std::string& name);

/// Gives `read` the running values of everything that needs a restart: what runs once its other changes are applied.
void keep_until_restart(configuration_result& read, const configuration_result& running);

} // namespace floorwalker
