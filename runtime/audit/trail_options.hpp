// What a trail on disk needs to know.
#pragma once

#include "actors/wall_clock.hpp"
#include "messages/trail_reader.hpp"
#include "runtime/audit/boot_clock.hpp"
#include "runtime/audit/file_system.hpp"
#include "runtime/audit/retention.hpp"
#include "runtime/audit/signing_key.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace floorwalker {

class trail_reading;

/// Sizes and times that no operator needs to set; tests do.
struct trail_pace {
  std::uint64_t segment_bytes = std::uint64_t{64} << 20; ///< a segment that has reached this is ended
  std::uint64_t batch_bytes = std::uint64_t{2} << 20;    ///< so much is written and synchronised at once
  std::uint64_t checkpoint_records = 100'000;
  std::chrono::milliseconds checkpoint_interval = std::chrono::seconds{60}; ///< only where records came
  std::uint64_t snapshot_records = 50'000;
  std::chrono::milliseconds snapshot_interval = std::chrono::seconds{30};
  /// What a snapshot was collected from may be ahead of the trail by what was on its way then. After this long all of
  /// that has arrived, and the snapshot is written when it is committed.
  std::chrono::milliseconds snapshot_settling = std::chrono::seconds{1};
  std::chrono::milliseconds retry_interval = std::chrono::seconds{1}; ///< of a disk in trouble
  std::chrono::milliseconds trouble_log_interval = std::chrono::minutes{1};
  std::chrono::milliseconds retention_interval = std::chrono::hours{1};
  std::chrono::milliseconds space_interval = std::chrono::seconds{5};
  std::chrono::milliseconds space_warning_interval = std::chrono::minutes{1};
};

struct trail_options {
  std::filesystem::path folder; ///< the tenant's own
  std::string tenant;
  std::string node;
  bool synchronised = true; ///< durability "group": a record is committed when it is on the disk
  retention_limits retention;
  std::uint64_t min_free_bytes = 0;
  std::vector<trail_cursor> cursors; ///< of the sinks, for this tenant
  signing_key_ptr key;
  std::shared_ptr<const wall_clock> wall;
  /// Time that nobody can set. Callable from any thread.
  std::function<std::chrono::nanoseconds()> since_boot = time_since_boot;
  std::shared_ptr<trail_reading> reading; ///< reads for whoever follows the trail; may be shared by trails
  /// Takes each checkpoint as it is published, to keep it elsewhere; may be empty. Called on the trail's thread.
  std::function<void(const std::string& published)> checkpoint_made;
  /// Takes one clause as long as the disk has less than min_free_bytes left, every space_warning_interval, and nothing
  /// once it has more again; may be empty. Called on the trail's thread.
  std::function<void(const std::string& clause)> space_low;
  file_system_ptr files = std::make_shared<file_system>();
  trail_pace pace;
};

} // namespace floorwalker
