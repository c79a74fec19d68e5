// What clocks on the wall show in a time zone.
#pragma once

#include "messages/time.hpp"

#include <functional>
#include <string>

namespace floorwalker {

/// Clocks of an IANA zone such as "Europe/Berlin", by the system's zone database (/usr/share/zoneinfo). May be used from
/// any thread.
class civil_clock {
public:
  /// UTC.
  civil_clock() = default;
  /// A zone that can't be read, which a checked configuration rules out, has the clocks of UTC; is_known() says so.
  explicit civil_clock(const std::string& zone);

  bool is_known() const { return known_; }

  /// The instant at which clocks show what `shown` would be in UTC. Of an hour that comes twice it is the first; of one
  /// that is left out, the moment of the leap.
  utc_time at(utc_time shown) const { return in_zone_ ? in_zone_(shown) : shown; }

private:
  std::function<utc_time(utc_time)> in_zone_; ///< empty: UTC, which needs no database
  bool known_ = true;
};

} // namespace floorwalker
