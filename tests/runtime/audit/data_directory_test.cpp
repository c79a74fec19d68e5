#include "runtime/audit/data_directory.hpp"

#include "runtime/audit/trail_recovery.hpp"
#include "tests/actors/log_lines.hpp"
#include "tests/runtime/audit/running_trail.hpp"

#include <boost/test/unit_test.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <condition_variable>
#include <csignal>
#include <future>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace floorwalker {
namespace {

using namespace testing;

BOOST_AUTO_TEST_SUITE(data_directory_suite)

BOOST_AUTO_TEST_CASE(a_trail_that_is_closed_can_be_opened_again_by_the_same_process) {
  scratch_folder scratch;
  auto clock = std::make_shared<settable_clock>();
  auto directory =
      open_data_directory(node_settings{"node-7", (scratch / "data").string()}, audit_settings{}, clock).directory;
  BOOST_REQUIRE(directory);
  BOOST_TEST(directory->close_tenant("nobody", test_patience));
  journal_batches made;
  for (std::uint64_t round = 0; round < 3; ++round) {
    auto trail = directory->open_tenant("acme");
    BOOST_REQUIRE(trail.storage);
    BOOST_TEST(trail.recovered->counts.total_processed == 3 * round);
    trail.storage->append(made.transitions(3), made.end);
    BOOST_TEST(directory->close_tenant("acme", test_patience));
    BOOST_TEST(directory->close_tenant("acme", test_patience)); // may be repeated
  }
  BOOST_TEST(directory->stop(test_patience));
}

BOOST_AUTO_TEST_CASE(trails_and_cursors_go_on_in_the_next_process) {
  scratch_folder scratch;
  auto clock = std::make_shared<settable_clock>();
  node_settings node{"node-7", (scratch / "data").string()};
  audit_settings audit;
  log_lines log;
  journal_batches made;
  {
    auto [directory, problem] = open_data_directory(node, audit, clock);
    BOOST_REQUIRE_EQUAL(problem, "");
    BOOST_TEST(open_data_directory(node, audit, clock).problem.find("is used by process") != std::string::npos);
    auto wall = directory->open_cursors("wall").store;
    auto trail = directory->open_tenant("acme");
    BOOST_REQUIRE(trail.storage);
    trail.storage->append(made.transitions(3), made.end);
    wall->keep("acme", {1, 3});
    BOOST_TEST(directory->stop(test_patience));
    BOOST_TEST(directory->stop(test_patience)); // may be repeated
    BOOST_TEST(log.with("info tenant acme: checkpoint {") == 1U);
  }
  BOOST_TEST(std::filesystem::exists(scratch / "data/audit/acme" / segment_name(1, 1)));
  auto again = open_data_directory(node, audit, clock).directory;
  BOOST_REQUIRE(again);
  BOOST_TEST((again->open_cursors("wall").store->kept() == tenant_cursors{{"acme", {1, 3}}}));
  auto trail = again->open_tenant("acme");
  BOOST_REQUIRE(trail.storage);
  BOOST_TEST(trail.recovered->counts.total_processed == 3U);
  auto beginning = trail.storage->open(trail_writer::progress_receiver{});
  BOOST_TEST(beginning.end.sequence == 3U);
  BOOST_TEST(beginning.node == "node-7");
  BOOST_TEST((beginning.epochs == std::vector<epoch_start>{{1, 0}}));
}

/// A disk that takes the data of nobody until so many wait for it.
class meeting_files final : public file_system {
public:
  std::atomic<int> wanted = 0;

  int synchronise_data(int) override {
    std::unique_lock lock{mutex_};
    if (wanted == 0) return 0;
    ++waiting_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return waiting_ >= wanted; });
    return 0;
  }
  void let_all_go() {
    std::lock_guard lock{mutex_};
    wanted = 0;
    changed_.notify_all();
  }

private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int waiting_ = 0; ///< guarded by mutex_
};

BOOST_AUTO_TEST_CASE(trails_are_stopped_at_the_same_time) {
  scratch_folder scratch;
  auto files = std::make_shared<meeting_files>();
  auto opened =
      open_data_directory({"node-7", (scratch / "data").string()}, {}, std::make_shared<settable_clock>(), files);
  BOOST_REQUIRE(opened.directory);
  for (auto tenant : {"a", "b", "c"}) {
    auto storage = opened.directory->open_tenant(tenant).storage;
    BOOST_REQUIRE(storage);
    auto written = std::make_shared<std::promise<void>>();
    storage->open(trail_writer::progress_receiver{[written, told = false](const trail_progress& progress) mutable {
      if (progress.sequence == 1 && !std::exchange(told, true)) written->set_value();
    }});
    journal_batches made;
    storage->append(made.transitions(1), made.end);
    written->get_future().get();
  }
  files->wanted = 3; // each writes its last checkpoint
  BOOST_TEST(opened.directory->stop(test_patience));
  files->let_all_go();
}

BOOST_AUTO_TEST_CASE(a_new_key_is_added_to_a_trails_own_and_told) {
  scratch_folder scratch;
  auto clock = std::make_shared<settable_clock>();
  node_settings node{"node-7", (scratch / "data").string()};
  auto beside = scratch / "data/keys/checkpoint.pub";
  auto in_trail = scratch / "data/audit/acme/checkpoint.pub";
  log_lines log;
  auto run = [&] {
    auto [directory, problem] = open_data_directory(node, {}, clock);
    BOOST_REQUIRE_EQUAL(problem, "");
    BOOST_REQUIRE(directory->open_tenant("acme").storage);
    BOOST_TEST(directory->stop(test_patience));
  };
  run();
  auto first = content_of(beside);
  run();
  BOOST_TEST(content_of(in_trail) == first);
  BOOST_TEST(log.with("key") == 0U);
  std::filesystem::remove_all(scratch / "data/keys");
  run();
  auto second = content_of(beside);
  BOOST_TEST(second != first);
  BOOST_TEST(content_of(in_trail) == first + second);
  BOOST_TEST(log.with("warning the signing key was gone, and key " + public_key_id(second) + " was made") == 1U);
  BOOST_TEST(log.with("warning tenant acme: from here on the audit trail is signed by key " + public_key_id(second)) ==
             1U);
  run();
  BOOST_TEST(content_of(in_trail) == first + second);
  BOOST_TEST(log.with("key") == 2U);
}

BOOST_AUTO_TEST_CASE(a_directory_that_cannot_be_made_is_a_problem) {
  scratch_folder scratch;
  write_content(scratch / "file", "");
  auto opened =
      open_data_directory({"node-1", (scratch / "file/data").string()}, {}, std::make_shared<settable_clock>());
  BOOST_TEST(!opened.directory);
  BOOST_TEST(opened.problem == "cannot make " + (scratch / "file/data").string() + ": Not a directory");
}

/// A process of its own that appends as fast as it can, and writes to `acknowledged` what it was told is committed.
[[noreturn]] void write_until_killed(const trail_options& options, int acknowledged) {
  auto opened = open_trail(options);
  auto beginning = opened.storage->open(trail_writer::progress_receiver{[&](const trail_progress& told) {
    if (::write(acknowledged, &told.sequence, sizeof told.sequence) < 0) ::_exit(1);
  }});
  journal_batches made{beginning.end};
  for (;;) opened.storage->append(made.transitions(10), made.end);
}

BOOST_AUTO_TEST_CASE(a_process_that_is_killed_keeps_every_acknowledged_record) {
  trail_site site;
  auto options = site.options();
  options.files = std::make_shared<file_system>(); // the real disk
  options.pace.segment_bytes = 30'000;
  options.pace.checkpoint_records = 25;
  std::uint64_t acknowledged = 0;
  for (auto answers = 1; answers <= 15; answers += 2) {
    std::array<int, 2> pipe{};
    BOOST_REQUIRE_EQUAL(::pipe(pipe.data()), 0);
    auto child = ::fork();
    BOOST_REQUIRE(child >= 0);
    if (child == 0) write_until_killed(options, pipe[1]);
    for (auto i = 0; i < answers; ++i)
      BOOST_REQUIRE_EQUAL(::read(pipe[0], &acknowledged, sizeof acknowledged),
                          static_cast<ssize_t>(sizeof acknowledged));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    ::close(pipe[1]);
    // What it had still acknowledged before it died.
    for (std::uint64_t more; ::read(pipe[0], &more, sizeof more) == sizeof more;) acknowledged = more;
    ::close(pipe[0]);
    auto found = recover_trail(*options.files, {site.folder(), "acme", "node-1", site.key->public_pem(), {}, true});
    BOOST_TEST(found.known.damage == "");
    BOOST_TEST(found.end.position.sequence >= acknowledged);
    BOOST_TEST((found.epochs == std::vector<epoch_start>{{1, 0}}));
  }
  BOOST_TEST(acknowledged > 100U);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace floorwalker
