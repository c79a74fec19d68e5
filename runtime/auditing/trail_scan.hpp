// Goes through the records of a trail in their order, for whoever wants them one by one.
#pragma once

#include "runtime/audit/file_system.hpp"
#include "runtime/auditing/public_keys.hpp"
#include "runtime/auditing/segment_check.hpp"
#include "runtime/auditing/trail_check.hpp"
#include "runtime/configuration/audit_requests.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace floorwalker {

struct trail_scan_settings {
  std::filesystem::path folder;
  public_keys keys;   ///< as for check_trail
  bool verify = true; ///< false: checksums only; what has none is passed over
  time_bounds bounds; ///< by the time of receipt
};

struct trail_scan_result {
  std::string problem; ///< one clause: the trail can't be read. Nothing else counts then.
  std::string tenant;
  std::uint64_t first_sequence = 0; ///< of the records that were read, whether in the bounds or not; 0: none
  std::uint64_t last_sequence = 0;
  std::optional<trail_damage> damage; ///< the first; the scan ended there
  std::uint64_t passed_over = 0;      ///< places that were no frame, without verification
  std::optional<torn_tail> torn;
  std::optional<proven_point> proven; ///< the last checkpoint that holds, if there are keys
  bool keys_are_given = false;
};

/// Segments are left out whose records can't be in the bounds: a clock that was wrong by up to a day is allowed for.
trail_scan_result scan_trail(file_system& files, const trail_scan_settings& settings, record_taker& taker,
                             trail_check_progress& progress);

/// The segments that may hold records in the bounds: the first, and how many. For `scan_trail` and whoever reads
/// segments in parallel.
struct segment_range {
  std::size_t first = 0;
  std::size_t count = 0;
};
segment_range segments_within(const kept_segments& kept, const time_bounds& bounds);

/// Gives on what lies in the bounds.
class bounded_taker : public record_taker {
public:
  bounded_taker(const time_bounds& bounds, record_taker& next) : bounds_{bounds}, next_{next} {}

  bool take(const frame& record) override {
    if ((bounds_.from && record.head.at < *bounds_.from) || (bounds_.to && record.head.at >= *bounds_.to)) return true;
    return next_.take(record);
  }

private:
  time_bounds bounds_;
  record_taker& next_;
};

/// Walks one segment by checksums alone. The clause of a file that can't be read, or nothing.
struct plain_walk_result {
  std::string problem;
  std::uint64_t first_sequence = 0;
  std::uint64_t last_sequence = 0;
  std::uint64_t passed_over = 0; ///< places that are no frame, with frames behind them
  bool ends_torn = false;        ///< what it ends with is no frame
  bool was_enough = false;
};
plain_walk_result walk_plainly(file_system& files, const std::filesystem::path& path, record_taker& taker,
                               std::atomic<std::uint64_t>& bytes_done);

} // namespace floorwalker
