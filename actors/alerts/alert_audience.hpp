// The port through which alerts leave the actors, for whoever is told of them beyond the wallboard.
#pragma once

#include "messages/alert_status.hpp"

#include <memory>
#include <string>

namespace floorwalker {

/// Everybody outside who is told of alerts. Calls come from the tenants' threads, one tenant's in order, and return at
/// once, whoever is slow.
class alert_audience {
public:
  virtual ~alert_audience() = default;

  /// The tenant's alerts begin, or begin anew: what stood before is void, and what still holds is told again.
  virtual void begin(const std::string& tenant) = 0;

  /// One alert as it is after a change, or as it is still: what stands may be told again.
  virtual void take(const std::string& tenant, const alert_status& alert) = 0;
};
using alert_audience_ptr = std::shared_ptr<alert_audience>;

} // namespace floorwalker
