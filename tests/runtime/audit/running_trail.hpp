// A trail on a real disk, opened as the engine opens it.
#pragma once

#include "runtime/audit/disk_trail.hpp"
#include "tests/runtime/audit/failing_files.hpp"
#include "tests/runtime/audit/journal_batches.hpp"
#include "tests/runtime/audit/scratch_folder.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace floorwalker::testing {

class settable_clock final : public wall_clock {
public:
  utc_time now() const noexcept override { return utc_time{std::chrono::nanoseconds{now_.load()}}; }
  void set(utc_time at) { now_ = at.time_since_epoch().count(); }

private:
  std::atomic<std::int64_t> now_ = trail_opening.time_since_epoch().count();
};

/// A folder, a key and a clock that trails of one test share.
class trail_site {
public:
  trail_options options() const {
    trail_options made;
    made.folder = folder();
    made.tenant = "acme";
    made.node = "node-1";
    made.key = key;
    made.wall = clock;
    made.files = files;
    // Nothing happens by itself in a test that does not ask for it.
    made.pace.checkpoint_interval = std::chrono::hours{1};
    made.pace.snapshot_settling = std::chrono::milliseconds{0};
    made.pace.retry_interval = std::chrono::milliseconds{1};
    return made;
  }

  std::filesystem::path folder() const { return scratch.path() / "audit" / "acme"; }

  /// Names of the segments, oldest first.
  std::vector<std::string> segments() const {
    std::vector<std::string> names;
    for (auto& segment : list_trail_folder(folder()).segments) names.push_back(segment.name);
    return names;
  }

  scratch_folder scratch;
  std::shared_ptr<failing_files> files = std::make_shared<failing_files>();
  std::shared_ptr<settable_clock> clock = std::make_shared<settable_clock>();
  signing_key_ptr key = new_signing_key();
};

/// How long a test waits for another thread before it has failed.
inline constexpr std::chrono::seconds test_patience{20};

class running_trail {
public:
  explicit running_trail(const trail_options& options) : opened_{open_trail(options)} {
    if (!opened_.storage) return;
    beginning = opened_.storage->open(trail_writer::progress_receiver{[this](const trail_progress& told) {
      std::lock_guard lock{mutex_};
      progress_.push_back(told);
      changed_.notify_all();
    }});
  }
  ~running_trail() { stop(); }

  const recovered_trail& recovered() const { return *opened_.recovered; }
  disk_trail& storage() { return *opened_.storage; }

  void append(journal_batches& from, const committed_batch_ptr& batch) { storage().append(batch, from.end); }

  /// Everything that was made up to now is committed.
  void await(const journal_batches& made) {
    await([&](const trail_progress& told) { return told.sequence >= made.end.sequence; });
  }
  /// There is trouble. Gives its clause.
  std::string await_problem() {
    std::string problem;
    await([&](const trail_progress& told) {
      problem = told.problem;
      return !problem.empty();
    });
    return problem;
  }

  void await_low_space(const std::string& clause) {
    await([&](const trail_progress& told) { return told.low_space == clause; });
  }

  std::vector<trail_progress> progress() {
    std::lock_guard lock{mutex_};
    return progress_;
  }

  trail_stretch read(std::uint64_t from, std::size_t bytes, read_detail detail = read_detail::records) {
    std::promise<trail_stretch> answer;
    auto waiting = answer.get_future();
    storage().read(from, bytes, detail, [&](trail_stretch stretch) { answer.set_value(std::move(stretch)); });
    BOOST_REQUIRE((waiting.wait_for(test_patience) == std::future_status::ready));
    return waiting.get();
  }

  /// The lines of every record from `from` on.
  std::vector<std::string> lines(std::uint64_t from = 1, std::size_t bytes = 1 << 16) {
    std::vector<std::string> all;
    for (;;) {
      auto stretch = read(from, bytes);
      BOOST_TEST(stretch.problem == "");
      if (!stretch.batch) return all;
      // Retention removed what was read up to here.
      if (stretch.batch->positions.front().sequence != from) all.clear();
      for (auto& position : stretch.batch->positions) all.emplace_back(position.line.in(stretch.batch->lines));
      from = stretch.batch->positions.back().sequence + 1;
    }
  }

  void stop() {
    if (opened_.storage) BOOST_TEST(opened_.storage->stop(test_patience));
  }

  /// Says that it stopped, with nothing to be written any more: a process that is killed.
  void kill(failing_files& files) {
    files.life = 0;
    opened_.storage->stop(test_patience);
  }

  trail_beginning beginning;

private:
  template <class Condition>
  void await(Condition holds) {
    std::unique_lock lock{mutex_};
    auto met = changed_.wait_for(lock, test_patience, [&] { return std::ranges::any_of(progress_, holds); });
    BOOST_REQUIRE(met);
  }

  opened_trail opened_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<trail_progress> progress_;
};

} // namespace floorwalker::testing
