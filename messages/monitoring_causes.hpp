// Why monitoring began or was interrupted: member "cause" of the entries MONITORING_STARTED and MONITORING_INTERRUPTED
// (docs/interfaces.md). Whoever reads a trail counts by them as whoever wrote it did.
#pragma once

#include <string_view>

namespace floorwalker::monitoring_causes {

// Of a start.
inline constexpr std::string_view start = "start";
inline constexpr std::string_view reconnect = "reconnect";

// Of an interruption.
inline constexpr std::string_view lost_connection = "lost connection";
inline constexpr std::string_view hand_over = "hand-over"; ///< the old connection had to end before the new one
inline constexpr std::string_view tracker_failed = "tracker failed";
inline constexpr std::string_view shutdown = "shutdown";
inline constexpr std::string_view plan = "plan"; ///< nobody wants these agents watched here any more
/// The process ended without a stop, so the next one wrote this down.
inline constexpr std::string_view process_ended = "process ended";

/// True if an entry with this cause counts in the metric `interruptions` (docs/judging.md, rule 7). What ends because
/// nobody wants it any more, or with a process, is no interruption of a running service; a start is.
constexpr bool counted(std::string_view cause) {
  return cause == start || cause == lost_connection || cause == hand_over || cause == tracker_failed;
}

} // namespace floorwalker::monitoring_causes
