// A day as people live it: from one midnight of a place to the next. Pure.
#pragma once

#include "messages/time.hpp"

#include <functional>

namespace floorwalker {

/// 23, 24 or 25 hours as a rule. Days follow each other without a hole.
struct civil_day {
  utc_time begin;
  utc_time end; ///< the next day's begin

  friend bool operator==(const civil_day&, const civil_day&) = default;
};

/// The day of a place that an instant lies in.
using civil_calendar = std::function<civil_day(utc_time)>;

} // namespace floorwalker
