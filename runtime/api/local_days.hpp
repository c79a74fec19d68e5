// Days of a time zone, by the system's zone database (/usr/share/zoneinfo).
#pragma once

#include "actors/hub/civil_day.hpp"

#include <string>

namespace floorwalker {

/// The calendar of an IANA zone such as "Europe/Berlin"; it may be asked from any thread. Where clocks are put forward
/// over midnight, the day begins when they are; of a midnight that comes twice the first counts; a date that a place
/// left out has no day. If the zone can't be read, which a checked configuration rules out, `problem` says why, in one
/// clause, and days are those of UTC.
civil_calendar local_days(const std::string& zone, std::string& problem);

} // namespace floorwalker
