// What the process keeps on disk: every tenant's trail, and how far every sink has come.
#pragma once

#include "actors/sinks/cursor_store.hpp"
#include "actors/wall_clock.hpp"
#include "messages/settings.hpp"
#include "runtime/audit/cursor_files.hpp"
#include "runtime/audit/data_directory_lock.hpp"
#include "runtime/audit/disk_trail.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace floorwalker {

class kept_data;

/// Without kept data there is a problem: one sentence.
struct opened_data {
  std::unique_ptr<kept_data> data;
  std::string problem;
};

/// The data directory of a running engine, for as long as it lives: nobody else can open it meanwhile. Used by one
/// thread, before the actor system starts and after it has ended.
class kept_data {
public:
  /// Locks the directory and reads, or makes, the key that signs checkpoints.
  static opened_data open(const node_settings& node, const audit_settings& audit,
                          std::shared_ptr<const wall_clock> clock);

  /// Opens the cursors of a sink. To be done for every sink before the first trail: they tell what a trail must hold.
  struct opened_sink {
    cursor_store_ptr cursors;
    std::string problem;
  };
  opened_sink open_sink(const std::string& name);

  /// Recovers a tenant's trail. Blocks while it reads. A damaged one has no storage.
  opened_trail open_tenant(const std::string& name);

  /// Writes what is left, for at most `patience` each. False: the disk has not taken everything, and threads still run.
  bool close(std::chrono::milliseconds patience);

private:
  kept_data(const node_settings& node, const audit_settings& audit, std::shared_ptr<const wall_clock> clock,
            std::unique_ptr<data_directory_lock> lock, signing_key_ptr key, file_system_ptr files);

  node_settings node_;
  audit_settings audit_;
  std::shared_ptr<const wall_clock> clock_;
  std::unique_ptr<data_directory_lock> lock_;
  signing_key_ptr key_;
  file_system_ptr files_;
  std::shared_ptr<trail_reading> reading_;
  cursor_files cursors_;
  std::vector<std::shared_ptr<disk_trail>> trails_;
};

} // namespace floorwalker
