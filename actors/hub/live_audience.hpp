// The port through which the live picture of a floor leaves the actors.
#pragma once

#include "actors/hub/live_update.hpp"

#include <memory>

namespace floorwalker {

/// Everybody who looks at tenants live.
class live_audience {
public:
  virtual ~live_audience() = default;

  /// Called by a tenant's hub, in order; tenants call from several threads. Returns at once, whoever is slow.
  virtual void take(live_update_ptr update) = 0;
};
using live_audience_ptr = std::shared_ptr<live_audience>;

} // namespace floorwalker
