// The engine's actors as one process: started on what the disk holds, stopped in order, or killed.
#pragma once

#include "actors/audit/journal.hpp"
#include "messages/actors.hpp"
#include "messages/settings.hpp"
#include "tests/actors/virtual_floor.hpp"
#include "tests/simulation/virtual_disk.hpp"
#include "tests/simulation/virtual_platform.hpp"
#include "tests/simulation/virtual_receiver.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace floorwalker::simulation {

/// A sink of the process.
struct sink_line {
  sink_settings settings;
  virtual_receiver* receiver; ///< null: an outlet that never answers
  bool keeps_cursors;
};

/// What a process is started with.
struct process_options {
  tenant_settings tenant;
  journal_limits limits;
  std::vector<sink_line> sinks;
  std::uint64_t seed = 0;
};

class virtual_process {
public:
  virtual_process(process_options options, testing::virtual_floor& floor, virtual_platform& platform,
                  virtual_disk& disk);

  std::vector<agent_status> statuses();
  system_metrics metrics();

  /// Stops in order. None: it did not end in time.
  std::optional<process_end> stop();
  /// Everything it had in memory is gone.
  void kill();

private:
  process_options options_;
  testing::virtual_floor& floor_;
  virtual_platform& platform_;
  virtual_disk& disk_;
  root_actor root_;
};

} // namespace floorwalker::simulation
