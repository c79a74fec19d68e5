// A tenant's trail and the sinks' cursors on a disk in memory, which outlives the process, is slow, is full at times,
// and is cut off in the middle of a write when the process is killed.
#pragma once

#include "actors/audit/journal_storage.hpp"
#include "actors/sinks/cursor_store.hpp"
#include "tests/simulation/random.hpp"
#include "tests/simulation/told_by_trail.hpp"
#include "tests/simulation/virtual_platform.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace floorwalker::simulation {

/// How unkind the disk is in one run.
struct disk_options {
  milliseconds commit_max{20}; ///< between a record's arrival and its commit
  double full = 0;             ///< per second: no space is left, for up to a minute
  double unreadable = 0;       ///< per read
  std::uint64_t snapshot_records = 100;
};

class virtual_disk {
public:
  virtual_disk(virtual_platform& world, const disk_options& options, std::uint64_t seed);
  ~virtual_disk();

  /// What a new process finds. Complains if a snapshot and the records behind it tell something else than the trail
  /// as a whole.
  std::shared_ptr<const recovered_trail> recover();
  /// The storage of a new process.
  journal_storage_ptr mount();
  /// The cursors of one sink, for a new process.
  cursor_store_ptr cursors(const std::string& sink);

  /// The process has ended in order.
  void unmount();
  /// The process was killed: of what is not committed, only a part that nobody knows of is there afterwards.
  void cut_off();
  /// From here on nothing goes wrong any more.
  void heal();

  std::uint64_t committed() const { return lines_.size(); }
  /// Every record that is committed, in order.
  const std::vector<std::string>& lines() const { return lines_; }
  bool full() const { return world_.now() < full_until_; }

  const complaints& complained() const { return complaints_; }
  std::uint64_t times_full() const { return times_full_; }
  std::uint64_t records_lost() const { return records_lost_; } ///< at kills, never committed
  std::uint64_t reads() const { return reads_; }               ///< by sinks
  std::uint64_t snapshots_used() const { return snapshots_used_; }

private:
  class mounted;
  class kept_cursors;
  struct waiting_snapshot {
    trail_snapshot snapshot;
    std::uint64_t behind; ///< it is kept when this record is committed
  };

  void append(const committed_batch_ptr& batch, const trail_position& end);
  void read(std::uint64_t from, std::function<void(trail_stretch)> done);
  trail_stretch find(std::uint64_t from);
  void commit_soon();
  void commit(std::size_t records);
  void say_progress();
  void trouble();
  void forget_process();
  void compare(const told_by_trail& all, const told_by_trail& shortcut);

  virtual_platform& world_;
  disk_options options_;
  random_source random_;
  std::uint64_t process_ = 0; ///< the one that is running
  std::shared_ptr<mounted> mounted_;
  journal_actor receiver_;
  std::vector<committed_batch_ptr> batches_; ///< committed
  std::vector<std::string> lines_;
  std::deque<committed_batch_ptr> waiting_;
  trail_position end_;
  std::deque<waiting_snapshot> snapshots_;
  trail_snapshot snapshot_;
  std::map<std::string, std::map<std::string, trail_cursor>> cursors_;        ///< on the disk, by sink and tenant
  std::map<std::string, std::map<std::string, trail_cursor>> newest_cursors_; ///< not yet on it
  utc_time full_until_{};
  bool commit_planned_ = false;
  complaints complaints_;
  std::uint64_t times_full_ = 0;
  std::uint64_t records_lost_ = 0;
  std::uint64_t reads_ = 0;
  std::uint64_t snapshots_used_ = 0;
};

} // namespace floorwalker::simulation
