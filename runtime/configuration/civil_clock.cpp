#include "runtime/configuration/civil_clock.hpp"

#include <date/tz.h>

#include <exception>

namespace floorwalker {

civil_clock::civil_clock(const std::string& zone) {
  if (zone == "UTC") return;
  try {
    const auto* found = date::locate_zone(zone);
    auto in_zone = [found](utc_time shown) {
      return utc_time{
          found->to_sys(date::local_time<utc_time::duration>{shown.time_since_epoch()}, date::choose::earliest)};
    };
    (void)in_zone(utc_time{}); // reads the zone's file: a damaged one shows here
    in_zone_ = in_zone;
  } catch (const std::exception&) {
    known_ = false;
  }
}

} // namespace floorwalker
