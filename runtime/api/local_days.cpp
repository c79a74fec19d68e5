#include "runtime/api/local_days.hpp"

#include <date/tz.h>

#include <chrono>
#include <exception>

namespace floorwalker {
namespace {

/// The first instant of a date, or of what follows it if the place left it out.
utc_time begin_of(const date::time_zone& zone, date::local_days day) {
  // Where midnight is left out, the earliest possibility is the moment of the leap itself.
  return zone.to_sys(date::local_seconds{day}, date::choose::earliest);
}

civil_day day_in(const date::time_zone& zone, utc_time at) {
  auto second = date::floor<std::chrono::seconds>(at);
  auto day = date::floor<date::days>(zone.to_local(second));
  auto end = begin_of(zone, day + date::days{1});
  // Clocks that are put back over midnight show the old date once more: it is the next day that goes on.
  while (end <= at) end = begin_of(zone, (++day) + date::days{1});
  return {begin_of(zone, day), end};
}

civil_day day_in_utc(utc_time at) {
  auto begin = std::chrono::floor<std::chrono::days>(at);
  return {begin, begin + std::chrono::days{1}};
}

} // namespace

civil_calendar local_days(const std::string& zone, std::string& problem) {
  problem.clear();
  if (zone == "UTC") return &day_in_utc; // known without a database
  try {
    const auto* found = date::locate_zone(zone);
    (void)day_in(*found, utc_time{}); // reads the zone's file: a damaged one shows here
    return [found](utc_time at) { return day_in(*found, at); };
  } catch (const std::exception& failure) {
    problem = failure.what();
    return &day_in_utc;
  }
}

} // namespace floorwalker
