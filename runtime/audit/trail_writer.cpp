#include "runtime/audit/trail_writer.hpp"

#include "runtime/audit/quiet_thread.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <exception>
#include <utility>

namespace floorwalker {
namespace {

/// Between two looks at one clock, the other one was looked at; a thread may be kept waiting for longer.
constexpr std::chrono::milliseconds look_max{100};

} // namespace

trail_writer::trail_writer(const trail_options& options, const recovery& found, segment_table& table)
    : options_{options},
      epochs_{found.epochs},
      taken_{found.end.position},
      committed_{found.end},
      snapshot_sequence_{found.snapshot_sequence},
      snapshot_at_{steady::now()},
      output_{options, found, table},
      // Here already, if it can be: what is told to be committed has to be on the disk, also what a crash left.
      usable_{output_.prepare().empty()},
      checkpoint_at_{steady::now() + options.pace.checkpoint_interval},
      retention_at_{steady::now()},
      space_at_{steady::now()} {
  note_committed();
  thread_ = start_quiet_thread("trail-writer", [this] { run(); });
}

trail_writer::~trail_writer() {
  while (!stop(std::chrono::hours{1})) {
  }
}

trail_beginning trail_writer::open(progress_receiver receiver) {
  std::lock_guard lock{mutex_};
  receiver_ = std::move(receiver);
  // A journal that starts again knows nothing of the trouble that the one before it was told of.
  if (receiver_ && !(problem_.empty() && low_space_.empty())) receiver_(progress());
  return {taken_, committed_.position.sequence, epochs_, options_.node};
}

void trail_writer::append(const committed_batch_ptr& batch, const trail_position& end) {
  {
    std::lock_guard lock{mutex_};
    queue_.push_back(batch);
    taken_ = end;
  }
  changed_.notify_one();
}

std::optional<std::uint64_t> trail_writer::snapshot_due() {
  std::lock_guard lock{mutex_};
  if (snapshot_ || stopping_) return std::nullopt;
  auto fresh = taken_.sequence - snapshot_sequence_;
  auto waited = steady::now() - snapshot_at_ >= options_.pace.snapshot_interval;
  if (fresh == 0 || (fresh < options_.pace.snapshot_records && !waited)) return std::nullopt;
  // Whatever is collected from now on is of this place or later.
  pinned_ = committed_;
  return taken_.sequence;
}

void trail_writer::keep(trail_snapshot snapshot) {
  {
    std::lock_guard lock{mutex_};
    auto place = std::exchange(pinned_, std::nullopt);
    // Counts of an earlier moment than the place would miss the records between them.
    if (!place || snapshot.counts.through_sequence < place->position.sequence) return;
    snapshot_ = waiting_snapshot{std::move(snapshot), std::move(*place),
                                 steady::now() + options_.pace.snapshot_settling, std::nullopt};
  }
  changed_.notify_one();
}

bool trail_writer::stop(std::chrono::milliseconds patience) {
  std::unique_lock lock{mutex_};
  stopping_ = true;
  changed_.notify_one();
  if (!ended_changed_.wait_for(lock, patience, [this] { return ended_; })) return false;
  receiver_ = nullptr;
  lock.unlock();
  if (thread_.joinable()) thread_.join();
  return true;
}

std::uint64_t trail_writer::lost() const {
  std::lock_guard lock{mutex_};
  return lost_;
}

void trail_writer::run() {
  for (;;) {
    std::unique_lock lock{mutex_};
    auto last = stopping_;
    lock.unlock();
    if (attempt() || last) break;
    lock.lock();
    changed_.wait_for(lock, options_.pace.retry_interval, [this] { return stopping_; });
  }
  give_up();
  std::lock_guard lock{mutex_};
  ended_ = true;
  ended_changed_.notify_all();
}

/// True: the trail has ended. False: something failed that is no matter of the disk; memory, most likely, or a record
/// that no frame holds. What was under way then goes on with the next call, where it was.
bool trail_writer::attempt() noexcept {
  try {
    work();
    return true;
  } catch (const std::exception& failure) {
    try {
      report(fmt::format("the trail's writer failed: {}", failure.what()));
    } catch (const std::exception&) { // not even memory to say so: the next attempt does, if it fails too
    }
    return false;
  }
}

void trail_writer::work() {
  // Before the first record comes, so that trouble shows at the start.
  usable_ = usable_ || persist([this] { return output_.prepare(); });
  note_committed();
  for (auto ending = false; usable_ && !ending;) {
    if (batches_.empty()) {
      std::unique_lock lock{mutex_};
      changed_.wait_until(lock, next_duty(), [this] { return stopping_ || !queue_.empty(); });
      batches_.swap(queue_);
      ending = stopping_ && batches_.empty();
      for (auto& batch : batches_) unwritten_ += batch->positions.size();
    }
    if (!batches_.empty()) {
      usable_ = write();
      if (!usable_) return;
      batches_.clear();
      next_batch_ = 0;
      report({});
    }
    keep_house(ending);
  }
}

/// Tries until `action` names no problem. False: the trail is to end, and the last attempt failed too.
bool trail_writer::persist(const std::function<std::string()>& action) {
  for (;;) {
    bool last;
    {
      std::lock_guard lock{mutex_};
      last = stopping_;
    }
    auto problem = action();
    report(problem);
    if (problem.empty()) return true;
    if (last) return false;
    std::unique_lock lock{mutex_};
    changed_.wait_for(lock, options_.pace.retry_interval, [this] { return stopping_; });
  }
}

/// Writes what was taken from the queue, from where an earlier call may have ended with an exception.
bool trail_writer::write() {
  watch_clock();
  for (; next_batch_ < batches_.size(); ++next_batch_, next_record_ = 0) {
    auto& batch = *batches_[next_batch_];
    while (next_record_ < batch.positions.size()) {
      if (output_.full() && !finish_segment()) return false;
      if (output_.has_batch() && !write_batch()) return false;
      output_.add(batch, next_record_);
      ++next_record_;
      if (output_.unsealed_records() >= options_.pace.checkpoint_records) output_.add_checkpoint(options_.wall->now());
    }
  }
  return write_batch();
}

bool trail_writer::finish_segment() {
  auto now = options_.wall->now();
  output_.add_checkpoint(now);
  if (!write_batch() || !persist([&] { return output_.begin_segment(now); })) return false;
  note_committed();
  retention_at_ = steady::now();
  return true;
}

bool trail_writer::write_batch() {
  if (!output_.waiting()) return true;
  if (!persist([this] { return output_.write(); })) return false;
  note_committed();
  tell();
  return true;
}

/// Only this thread changes what is committed, so it may read it without the lock.
void trail_writer::note_committed() {
  std::lock_guard lock{mutex_};
  auto before = committed_.position.sequence;
  committed_ = output_.committed();
  unwritten_ -= std::min(unwritten_, committed_.position.sequence - before);
}

void trail_writer::keep_house(bool ending) {
  auto now = steady::now();
  if (ending ? output_.unsealed() : output_.wants_checkpoint() && now >= checkpoint_at_) {
    output_.add_checkpoint(options_.wall->now());
    usable_ = write_batch();
    if (!usable_) return;
  }
  if (!output_.wants_checkpoint()) checkpoint_at_ = now + options_.pace.checkpoint_interval;
  write_snapshot();
  if (now >= retention_at_) {
    retention_at_ = now + options_.pace.retention_interval;
    if (auto failed = output_.remove_old(options_.wall->now()); !failed.empty())
      spdlog::warn("tenant {}: old records could not be removed: {}; it is tried again later", options_.tenant, failed);
  }
  if (now < space_at_) return;
  watch_space(now);
  usable_ = persist([this] { return output_.check_place(); });
}

void trail_writer::write_snapshot() {
  std::unique_lock lock{mutex_};
  if (!snapshot_) return;
  auto& waits = *snapshot_;
  if (!waits.needed && (stopping_ || steady::now() >= waits.settled)) waits.needed = taken_.sequence;
  if (!waits.needed || committed_.position.sequence < *waits.needed) return;
  auto written = std::move(waits);
  lock.unlock();
  std::string failed;
  try {
    failed = output_.keep(written.snapshot, written.place);
  } catch (const std::exception& failure) { // memory, most likely; another one is made later
    failed = failure.what();
  }
  if (!failed.empty())
    spdlog::warn("tenant {}: the snapshot of the audit trail could not be written: {}; the next start takes longer",
                 options_.tenant, failed);
  lock.lock();
  snapshot_.reset();
  snapshot_at_ = steady::now();
  if (failed.empty()) snapshot_sequence_ = written.snapshot.sequence;
}

void trail_writer::watch_space(steady::time_point now) {
  space_at_ = now + options_.pace.space_interval;
  auto free = options_.files->free_bytes(options_.folder);
  if (!free) return;
  auto low = *free < options_.min_free_bytes;
  if (low && (!space_told_ || now - *space_told_ >= options_.pace.space_warning_interval)) {
    space_told_ = now;
    note_space(fmt::format("{} MiB are left for {}, and audit.min-free-bytes asks for {} MiB", *free >> 20,
                           options_.folder.string(), options_.min_free_bytes >> 20));
  } else if (!low && std::exchange(space_told_, std::nullopt)) {
    note_space({});
  }
}

void trail_writer::note_space(std::string clause) {
  if (options_.space_low) options_.space_low(clause);
  {
    std::lock_guard lock{mutex_};
    low_space_ = std::move(clause);
  }
  tell();
}

void trail_writer::watch_clock() {
  auto steady_now = options_.since_boot();
  auto world = options_.wall->now();
  if (options_.since_boot() - steady_now > look_max) return; // the next batch will tell
  auto step = clock_.look(world, steady_now);
  if (!step) return;
  spdlog::warn("tenant {}: the clock of this machine was set {} by {} ms; the audit trail marks the next record",
               options_.tenant, step->count() < 0 ? "back" : "forward",
               std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::abs(*step)).count());
  output_.clock_stepped();
}

/// Says it when trouble begins, changes or ends. Trouble that keeps changing its name is logged once an interval.
void trail_writer::report(const std::string& problem) {
  std::unique_lock lock{mutex_};
  if (problem == problem_) return;
  auto before = std::exchange(problem_, problem);
  lock.unlock();
  auto now = steady::now();
  if (problem.empty()) {
    spdlog::info("tenant {}: the audit trail is written again", options_.tenant);
  } else if (before.empty() || now - trouble_logged_ >= options_.pace.trouble_log_interval) {
    trouble_logged_ = now;
    spdlog::error("tenant {}: the audit trail is not written: {}; records wait, and it is tried again every {} ms",
                  options_.tenant, problem, options_.pace.retry_interval.count());
  }
  tell();
}

/// Under the lock.
trail_progress trail_writer::progress() const { return {committed_.position.sequence, problem_, low_space_}; }

void trail_writer::tell() {
  std::unique_lock lock{mutex_};
  auto receiver = receiver_;
  if (!receiver) return;
  auto told = progress();
  lock.unlock();
  told.checkpoints = output_.take_checkpoints();
  receiver(std::move(told));
}

/// Says what is lost, if the trail ends while the disk is in trouble.
void trail_writer::give_up() {
  std::unique_lock lock{mutex_};
  lost_ = unwritten_;
  for (auto& batch : std::exchange(queue_, {})) lost_ += batch->positions.size();
  if (lost_ > 0)
    spdlog::error("tenant {}: {} records were never written to the audit trail: {}", options_.tenant, lost_, problem_);
}

/// When the thread has something to do without being asked.
trail_writer::steady::time_point trail_writer::next_duty() const {
  auto next = std::min(retention_at_, space_at_);
  if (output_.wants_checkpoint()) next = std::min(next, checkpoint_at_);
  if (snapshot_ && !snapshot_->needed) next = std::min(next, snapshot_->settled);
  return next;
}

} // namespace floorwalker
