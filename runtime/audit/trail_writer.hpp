// The thread that writes one tenant's trail.
#pragma once

#include "actors/audit/journal_storage.hpp"
#include "runtime/audit/clock_watch.hpp"
#include "runtime/audit/segment_table.hpp"
#include "runtime/audit/trail_options.hpp"
#include "runtime/audit/trail_output.hpp"
#include "runtime/audit/trail_recovery.hpp"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace floorwalker {

/// Takes batches and writes everything that waits at once. While the disk or anything else is in trouble it keeps what it
/// has and tries again; whoever appends bounds how much that is. Callable from any thread.
class trail_writer {
public:
  using progress_receiver = std::function<void(trail_progress)>;

  /// `options` and `table` have to outlive it.
  trail_writer(const trail_options& options, const recovery& found, segment_table& table);
  ~trail_writer();
  trail_writer(const trail_writer&) = delete;
  trail_writer& operator=(const trail_writer&) = delete;

  /// From now on `receiver` is told, on the writer's thread; if something is wrong already, at once.
  trail_beginning open(progress_receiver receiver);

  void append(const committed_batch_ptr& batch, const trail_position& end);
  std::optional<std::uint64_t> snapshot_due();
  void keep(trail_snapshot snapshot);

  /// Ends when everything is written, with a checkpoint and the snapshot that waits; while the disk is in trouble, after
  /// one more attempt. False: it has not ended within `patience`, and goes on. May be repeated.
  bool stop(std::chrono::milliseconds patience);
  /// Records that were appended and are in no trail, since it ended while the disk was in trouble.
  std::uint64_t lost() const;

private:
  using steady = std::chrono::steady_clock;

  struct waiting_snapshot {
    trail_snapshot snapshot;
    trail_place place;
    steady::time_point settled;
    std::optional<std::uint64_t> needed; ///< once settled: what has to be committed
  };

  void run();
  bool attempt() noexcept;
  void work();
  bool persist(const std::function<std::string()>& action);
  bool write();
  bool finish_segment();
  bool write_batch();
  void note_committed();
  void keep_house(bool ending);
  void watch_space(steady::time_point now);
  void note_space(std::string clause);
  void write_snapshot();
  void watch_clock();
  void report(const std::string& problem);
  trail_progress progress() const;
  void tell();
  void give_up();
  steady::time_point next_duty() const;

  const trail_options& options_;
  const std::vector<epoch_start> epochs_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::condition_variable ended_changed_;
  // Guarded by mutex_:
  std::vector<committed_batch_ptr> queue_;
  trail_position taken_;
  trail_place committed_;
  progress_receiver receiver_;
  std::string problem_;
  std::string low_space_; ///< one clause, while there is too little
  bool stopping_ = false;
  bool ended_ = false;
  std::uint64_t lost_ = 0;
  std::optional<trail_place> pinned_; ///< where the next snapshot begins
  std::optional<waiting_snapshot> snapshot_;
  std::uint64_t snapshot_sequence_; ///< of the last one
  steady::time_point snapshot_at_;

  // The thread's own:
  std::vector<committed_batch_ptr> batches_; ///< taken from the queue and not all written
  std::size_t next_batch_ = 0;               ///< in batches_
  std::size_t next_record_ = 0;              ///< in that batch
  trail_output output_;
  clock_watch clock_;
  std::uint64_t unwritten_ = 0; ///< records taken from the queue and not committed
  bool usable_;                 ///< prepared, and not given up
  steady::time_point checkpoint_at_;
  steady::time_point retention_at_;
  steady::time_point space_at_;
  std::optional<steady::time_point> space_told_; ///< that there is too little
  steady::time_point trouble_logged_;
  std::thread thread_;
};

} // namespace floorwalker
