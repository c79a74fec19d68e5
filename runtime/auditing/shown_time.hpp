// Times as people in one place read them.
#pragma once

#include "messages/time.hpp"

#include <string>

namespace floorwalker {

/// An instant in some zone.
struct shown_time {
  std::string day;  ///< "Monday, 2026-11-23 (CET)"
  std::string time; ///< "11:00:00.456"
};

/// In UTC, or in the zone that the process runs in (TZ, /etc/localtime).
shown_time show_time(utc_time at, bool in_utc);

} // namespace floorwalker
