#include "runtime/audit/checkpoint_text.hpp"
#include "runtime/audit/retention.hpp"
#include "runtime/audit/trail_recovery.hpp"
#include "tests/runtime/audit/running_trail.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <string>
#include <vector>

namespace floorwalker {
namespace {

using namespace testing;
using std::chrono::days;

trail_options small_segments(const trail_site& site) {
  auto options = site.options();
  options.pace.segment_bytes = 2000; // about four records
  return options;
}

recovery recover(const trail_site& site) {
  return recover_trail(*site.files, {site.folder(), "acme", "node-1", site.key->public_pem(), {}, true});
}

/// Appends batches of two until the trail has so many segments.
void grow(const trail_site& site, running_trail& trail, journal_batches& made, std::size_t segments) {
  while (site.segments().size() < segments) {
    trail.append(made, made.transitions(2));
    trail.await(made);
  }
}

/// A snapshot of now, so that nothing before it is needed any more.
void keep_snapshot(const trail_site& site, running_trail& trail, const journal_batches& made) {
  auto due = trail.storage().snapshot_due();
  BOOST_REQUIRE(due.has_value());
  trail_snapshot snapshot{*due, {}, {}};
  snapshot.counts.through_sequence = made.end.sequence;
  snapshot.counts.gaps = 5;
  trail.storage().keep(std::move(snapshot));
  trail.stop();
  BOOST_TEST(std::filesystem::exists(site.folder() / snapshot_file));
}

/// A trail with a snapshot in its last segment.
journal_batches grown_trail(const trail_site& site, std::size_t segments) {
  auto options = small_segments(site);
  options.pace.snapshot_records = 1;
  journal_batches made;
  running_trail trail{options};
  grow(site, trail, made, segments);
  keep_snapshot(site, trail, made);
  return made;
}

BOOST_AUTO_TEST_SUITE(trail_rotation)

BOOST_AUTO_TEST_CASE(segments_that_are_large_enough_end_with_a_checkpoint_and_are_one_trail) {
  trail_site site;
  journal_batches made;
  {
    running_trail trail{small_segments(site)};
    trail.append(made, made.transitions(9)); // a batch longer than a segment
    trail.await(made);
    grow(site, trail, made, 5);
    BOOST_TEST(trail.lines() == made.lines, boost::test_tools::per_element());
  }
  auto found = recover(site);
  BOOST_TEST(found.known.damage == "");
  BOOST_TEST((found.end.position == made.end));
  BOOST_TEST(found.segments.size() == 5U);
  BOOST_TEST((found.epochs == std::vector<epoch_start>{{1, 0}}));
  for (auto& segment : found.segments) {
    auto bytes = content_of(site.folder() / segment.name);
    frame last;
    for (std::size_t at = segment.header_size; at < bytes.size(); at += last.size)
      BOOST_REQUIRE((parse_frame(std::string_view{bytes}.substr(at), last) == frame_fault::none));
    BOOST_TEST((last.head.kind == frame_kind::checkpoint));
  }
  running_trail again{small_segments(site)};
  BOOST_TEST(again.lines() == made.lines, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_segment_that_cannot_be_begun_is_begun_when_the_disk_has_room) {
  trail_site site;
  journal_batches made;
  {
    running_trail trail{small_segments(site)};
    grow(site, trail, made, 2);
    site.files->room = 4000; // the segment is filled, and the next one is not begun
    trail.append(made, made.transitions(20));
    trail.await_problem();
    site.files->room = failing_files::no_limit;
    trail.await(made);
    BOOST_TEST(trail.lines() == made.lines, boost::test_tools::per_element());
  }
  BOOST_TEST(recover(site).known.damage == "");
}

BOOST_AUTO_TEST_CASE(what_goes_is_what_is_too_old_or_too_much_and_never_the_last_segment) {
  struct {
    std::string name;
    std::vector<kept_segment> segments;
    retention_limits limits;
    int day;
    std::size_t removed;
  } const cases[] = {
      {"nothing is limited", {{{}, 10}, {utc_time{days{1}}, 10}}, {}, 9000, 0},
      {"all are young enough", {{{}, 10}, {utc_time{days{1}}, 10}, {utc_time{days{2}}, 10}}, {days{3}, {}}, 3, 0},
      {"one ended just so long ago", {{{}, 10}, {utc_time{days{1}}, 10}, {utc_time{days{2}}, 10}}, {days{3}, {}}, 4, 1},
      {"two ended long ago", {{{}, 10}, {utc_time{days{1}}, 10}, {utc_time{days{2}}, 10}}, {days{3}, {}}, 5, 2},
      {"the last one stays however old", {{{}, 10}}, {days{3}, 0}, 900, 0},
      {"as much as may be", {{{}, 10}, {{}, 10}, {{}, 10}}, {{}, 30}, 0, 0},
      {"a byte too much", {{{}, 10}, {{}, 10}, {{}, 10}}, {{}, 29}, 0, 1},
      {"the last one is too much", {{{}, 10}, {{}, 10}, {{}, 10}}, {{}, 5}, 0, 2},
      {"no trail at all", {}, {days{1}, 0}, 900, 0},
      {"a limit beyond what time can hold", {{{}, 10}, {{}, 10}}, {days{4'000'000'000}, {}}, 9000, 0},
  };
  for (auto& each : cases)
    BOOST_TEST(segments_to_remove(each.segments, each.limits, utc_time{days{each.day}}) == each.removed, each.name);
}

BOOST_AUTO_TEST_CASE(old_segments_go_behind_a_signed_anchor_and_the_counts_stay) {
  trail_site site;
  auto made = grown_trail(site, 5);
  auto before = recover(site);
  auto segments = site.segments();
  site.clock->set(trail_opening + days{3});
  auto options = small_segments(site);
  options.retention.age = days{3};
  {
    running_trail trail{options};
    while (site.segments().size() > 1) { // at its start; then nothing is read from there
      if (trail.read(1, 1).batch->positions.front().sequence == before.segments.back().header.first_sequence) break;
    }
    auto stretch = trail.read(1, 1);
    BOOST_REQUIRE(stretch.batch);
    BOOST_TEST(stretch.from == 1U);
    BOOST_TEST(stretch.batch->positions.front().sequence == before.segments.back().header.first_sequence);
    trail.append(made, made.transitions(1));
    trail.await(made);
  }
  BOOST_TEST(site.segments() == std::vector<std::string>{segments.back()}, boost::test_tools::per_element());
  auto published = content_of(site.folder() / anchor_file);
  BOOST_REQUIRE(published.ends_with('\n'));
  published.pop_back();
  auto [text, signature, problem] = without_signature(published);
  BOOST_TEST(problem == "");
  BOOST_TEST(is_signed_by(site.key->public_pem(), text, signature));
  auto& oldest = before.segments.back().header;
  auto anchor = parse_anchor(text).anchor;
  BOOST_TEST(anchor.removed_through.sequence + 1 == oldest.first_sequence);
  BOOST_TEST((anchor.removed_through.hash == oldest.previous));
  BOOST_TEST(anchor.total == oldest.total);
  BOOST_TEST(anchor.valid_total == oldest.valid_total);
  auto after = recover(site);
  BOOST_TEST(after.known.damage == "");
  BOOST_TEST((after.end.position == made.end));
  BOOST_TEST(after.known.counts.total_processed == made.end.total);
  BOOST_TEST(after.known.counts.gaps == 5U);
}

BOOST_AUTO_TEST_CASE(the_trail_is_kept_below_its_bytes_while_it_grows) {
  trail_site site;
  auto made = grown_trail(site, 3);
  auto options = small_segments(site);
  options.retention.bytes = 5000;
  options.pace.snapshot_records = 1;
  running_trail trail{options};
  made = journal_batches{trail.beginning.end};
  for (auto i = 0; i < 40; ++i) {
    trail.append(made, made.transitions(2));
    trail.await(made);
    if (auto due = trail.storage().snapshot_due()) {
      trail_snapshot snapshot{*due, {}, {}};
      snapshot.counts.through_sequence = *due;
      trail.storage().keep(std::move(snapshot));
    }
  }
  trail.stop();
  BOOST_TEST(site.segments().size() <= 6U); // one is removed when the next but one is begun, behind a snapshot
  BOOST_TEST(recover(site).known.damage == "");
}

BOOST_AUTO_TEST_CASE(segments_that_no_snapshot_is_behind_stay) {
  trail_site site;
  auto options = small_segments(site);
  options.retention.bytes = 1;
  journal_batches made;
  running_trail trail{options};
  grow(site, trail, made, 4);
  trail.stop();
  BOOST_TEST(site.segments().size() == 4U);
  BOOST_TEST(!std::filesystem::exists(site.folder() / anchor_file));
}

BOOST_AUTO_TEST_CASE(a_crash_between_the_anchor_and_the_removal_is_made_good_at_the_next_start) {
  trail_site site;
  auto made = grown_trail(site, 5);
  std::filesystem::copy(site.folder(), site.scratch / "copy");
  site.clock->set(trail_opening + days{3});
  auto options = small_segments(site);
  options.retention.age = days{3};
  running_trail{options}.stop();
  auto kept = site.segments();
  BOOST_REQUIRE_EQUAL(kept.size(), 1U);
  // The removed ones are back, but for the first.
  auto first = true;
  for (auto& segment : list_trail_folder(site.scratch / "copy").segments)
    if (!std::exchange(first, false) && segment.name != kept.front())
      std::filesystem::copy(site.scratch / "copy" / segment.name, site.folder() / segment.name);
  auto found = recover(site);
  BOOST_TEST(found.known.damage == "");
  BOOST_TEST(found.leftovers.size() == 3U);
  BOOST_TEST((found.end.position == made.end));
  running_trail{small_segments(site)}.stop();
  BOOST_TEST(site.segments() == kept, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_removal_that_fails_is_tried_again_and_holds_up_nothing) {
  trail_site site;
  auto made = grown_trail(site, 4);
  site.clock->set(trail_opening + days{3});
  auto options = small_segments(site);
  options.retention.age = days{3};
  {
    site.files->room = 0; // no anchor can be written
    running_trail trail{options};
    trail.append(made, made.transitions(1));
    trail.await_problem();
    BOOST_TEST(site.segments().size() == 4U);
    site.files->room = failing_files::no_limit;
    trail.await(made);
  }
  running_trail{options}.stop();
  BOOST_TEST(site.segments().size() == 1U);
  BOOST_TEST(recover(site).known.damage == "");
}

BOOST_AUTO_TEST_CASE(a_copy_that_is_gone_on_with_keeps_both_epochs_readable) {
  trail_site site;
  journal_batches made;
  {
    running_trail trail{small_segments(site)};
    trail.append(made, made.transitions(3));
    trail.await(made);
  }
  for (std::uint64_t epoch = 2; epoch < 5; ++epoch) {
    std::filesystem::remove(site.folder() / identity_file);
    running_trail trail{small_segments(site)};
    BOOST_TEST((trail.beginning.epochs.back() == epoch_start{epoch, made.end.sequence}));
    BOOST_TEST(trail.beginning.epochs.size() == epoch);
    if (epoch == 3) continue; // an epoch without records
    trail.append(made, made.transitions(2));
    trail.await(made);
    BOOST_TEST(trail.lines() == made.lines, boost::test_tools::per_element());
    BOOST_TEST(trail.read(1, 1).batch->epoch == 1U);
  }
  auto found = recover(site);
  BOOST_TEST(found.known.damage == "");
  BOOST_TEST((found.epochs == std::vector<epoch_start>{{1, 0}, {2, 3}, {3, 5}, {4, 5}}));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace floorwalker
