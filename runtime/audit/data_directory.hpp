// Everything of a process that outlives it: the tenants' trails, the sinks' cursors, the signing key.
#pragma once

#include "actors/wall_clock.hpp"
#include "messages/settings.hpp"
#include "runtime/audit/cursor_files.hpp"
#include "runtime/audit/data_directory_lock.hpp"
#include "runtime/audit/disk_trail.hpp"
#include "runtime/audit/signing_key.hpp"
#include "runtime/audit/trail_reading.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace floorwalker {

/// The data directory of this process, locked. Cursors are to be opened before trails: how far sinks have come tells
/// whether a trail is complete.
class data_directory {
public:
  data_directory(std::unique_ptr<data_directory_lock> lock, signing_key_ptr key, node_settings node,
                 audit_settings audit, std::shared_ptr<const wall_clock> wall, file_system_ptr files);
  /// Blocks until everything is written.
  ~data_directory();
  data_directory(const data_directory&) = delete;
  data_directory& operator=(const data_directory&) = delete;

  opened_cursors open_cursors(const std::string& sink) { return cursors_.open(sink); }
  opened_trail open_tenant(const std::string& tenant);
  /// Writes what is left of a trail whose tenant has ended, with a checkpoint behind it, and forgets it, so that it can
  /// be opened again. False: not within `patience`; it goes on writing, and the trail is still open.
  bool close_tenant(const std::string& tenant, std::chrono::milliseconds patience);

  /// Writes what is left and lets go of every actor. To be called when the actors are done, before their system ends.
  /// False: not everything was written within `patience` for the trails, and as much again for the cursors, and threads
  /// still run. May be repeated.
  bool stop(std::chrono::milliseconds patience);
  /// Records of all tenants that were judged and never written, once it has stopped.
  std::uint64_t lost_records();

private:
  void report_space(const std::string& clause);

  std::unique_ptr<data_directory_lock> lock_; ///< let go of last
  signing_key_ptr key_;
  const node_settings node_;
  const audit_settings audit_;
  std::shared_ptr<const wall_clock> wall_;
  file_system_ptr files_;
  std::mutex space_mutex_;
  std::optional<std::chrono::steady_clock::time_point> space_logged_; ///< guarded by space_mutex_
  cursor_files cursors_;
  std::shared_ptr<trail_reading> reading_;
  std::mutex trails_mutex_;
  std::map<std::string, std::shared_ptr<disk_trail>> trails_; ///< by tenant; guarded by trails_mutex_
};

/// Without a directory there is a problem, one clause: it is used by another process, can't be written, or its signing
/// key is not as it should be.
struct opened_data_directory {
  std::unique_ptr<data_directory> directory;
  std::string problem;
};

opened_data_directory open_data_directory(const node_settings& node, const audit_settings& audit,
                                          std::shared_ptr<const wall_clock> wall,
                                          file_system_ptr files = std::make_shared<file_system>());

} // namespace floorwalker
