// What a reload of the configuration changes of one tenant. Told to the tenant by the root.
#pragma once

#include "actors/auth/token_endpoint.hpp"
#include "actors/connection/event_stream.hpp"
#include "actors/roster/agent_directory.hpp"
#include "messages/actors.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace floorwalker {

/// The ways to a tenant's platform.
struct platform_ports {
  std::shared_ptr<token_endpoint> tokens;
  std::shared_ptr<agent_directory> directory;
  std::shared_ptr<event_stream> stream;
};

struct tenant_change {
  tenant_settings_ptr settings;  ///< null: as they were
  std::vector<std::string> keys; ///< what differs, as key paths below the tenant's block; for the trail
  /// The tenant connects anew, by these; none: only rules differ, and no connection is touched.
  std::optional<platform_ports> platform;
  std::optional<std::vector<sink_actor>> sinks; ///< those that take its records from now on; none: as they were
};

} // namespace floorwalker
