// CAF's configuration for this process.
#pragma once

#include <caf/actor_system_config.hpp>

namespace floorwalker {

/// An actor system configuration that knows our message types, with a default scheduler that suits batches: workers
/// that block while there is nothing to do, one fewer than cores. Construct it before the actor system.
class floor_configuration : public caf::actor_system_config {
public:
  floor_configuration();

  /// CAF's own options, for checking what an operator sets below `caf`.
  const caf::config_option_set& options() const { return custom_options_; }
};

} // namespace floorwalker
