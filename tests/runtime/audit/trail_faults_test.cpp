#include "tests/runtime/audit/running_trail.hpp"

#include <boost/test/unit_test.hpp>

#include <optional>
#include <random>
#include <string>
#include <vector>

namespace floorwalker {
namespace {

using namespace testing;

/// One trail through many processes on a disk that is unkind to it.
class hard_life {
public:
  explicit hard_life(std::uint32_t seed) : random_{seed} {
    options_.pace.segment_bytes = 4000;
    options_.pace.batch_bytes = 1500;
    options_.pace.checkpoint_records = 9;
    options_.pace.snapshot_records = 10;
    options_.retention.bytes = draw(2) == 0 ? std::optional<std::uint64_t>{20'000} : std::nullopt;
    options_.synchronised = draw(4) != 0;
    start();
  }

  void step() {
    switch (draw(12)) {
    case 0:
      site_.files->room = draw(3000);
      return;
    case 1:
      site_.files->synchronise_error = EIO;
      return;
    case 2:
      site_.files->write_max = 1 + draw(200);
      return;
    case 3:
      site_.files->life = draw(4000); // dies somewhere in what follows
      return;
    case 4:
    case 5:
      heal();
      return;
    case 6:
      snapshot();
      return;
    case 7:
      end_process(draw(2) == 0);
      start();
      return;
    default:
      trail_->append(made_, made_.transitions(1 + draw(12)));
    }
  }

  void finish() {
    heal();
    if (site_.files->life != failing_files::no_limit) { // that process does not come back
      end_process(true);
      start();
    }
    trail_->append(made_, made_.transitions(1));
    trail_->await(made_);
    check();
    trail_->stop();
    start();
    check();
  }

  std::size_t kills = 0;
  std::size_t troubles = 0;
  std::uint64_t lost = 0; ///< records that were never acknowledged

private:
  std::uint32_t draw(std::uint32_t among) { return static_cast<std::uint32_t>(random_() % among); }

  void heal() {
    site_.files->room = failing_files::no_limit;
    site_.files->write_max = failing_files::no_limit;
    site_.files->synchronise_error = 0;
  }

  void snapshot() {
    auto due = trail_->storage().snapshot_due();
    if (!due) return;
    trail_snapshot taken{*due, {}, {}};
    taken.counts.through_sequence = *due;
    trail_->storage().keep(std::move(taken));
  }

  void end_process(bool killed) {
    if (killed) site_.files->life = 0;
    trail_->storage().stop(test_patience);
    kills += killed ? 1 : 0;
    for (auto& told : trail_->progress()) {
      acknowledged_ = std::max(acknowledged_, told.sequence);
      troubles += told.problem.empty() ? 0 : 1;
    }
    site_.files->life = failing_files::no_limit;
  }

  void start() {
    heal();
    trail_.reset();
    trail_.emplace(options_);
    BOOST_REQUIRE_EQUAL(trail_->recovered().damage, "");
    auto& beginning = trail_->beginning;
    BOOST_TEST(beginning.epochs.size() == 1U);
    BOOST_REQUIRE(beginning.end.sequence >= acknowledged_);
    BOOST_REQUIRE(beginning.end.sequence <= made_.end.sequence);
    lost += made_.end.sequence - beginning.end.sequence;
    made_.end = beginning.end;
    made_.lines.resize(beginning.end.sequence);
    BOOST_TEST(trail_->recovered().counts.total_processed == beginning.end.total);
    acknowledged_ = beginning.end.sequence;
  }

  /// Every record that is kept is the one that was appended.
  void check() {
    auto lines = trail_->lines();
    BOOST_REQUIRE(lines.size() <= made_.lines.size());
    BOOST_TEST((options_.retention.bytes || lines.size() == made_.lines.size()));
    BOOST_TEST(std::equal(lines.rbegin(), lines.rend(), made_.lines.rbegin()));
  }

  std::minstd_rand random_;
  trail_site site_;
  trail_options options_ = site_.options();
  journal_batches made_;
  std::uint64_t acknowledged_ = 0;
  std::optional<running_trail> trail_;
};

BOOST_AUTO_TEST_SUITE(trail_faults)

BOOST_AUTO_TEST_CASE(whatever_the_disk_does_an_acknowledged_record_stays_and_none_is_doubled) {
  std::size_t kills = 0;
  std::size_t troubles = 0;
  std::uint64_t lost = 0;
  for (std::uint32_t seed = 1; seed <= 60; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      hard_life life{seed};
      for (auto i = 0; i < 120; ++i) life.step();
      life.finish();
      kills += life.kills;
      troubles += life.troubles;
      lost += life.lost;
    }
  }
  // Where nothing went wrong, nothing was proved.
  BOOST_TEST(kills > 100U);
  BOOST_TEST(troubles > 50U);
  BOOST_TEST(lost > 100U);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace floorwalker
