#include "runtime/audit/trail_writer.hpp"

#include "runtime/audit/checkpoint_text.hpp"
#include "tests/runtime/audit/running_trail.hpp"

#include <boost/test/unit_test.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <functional>
#include <future>
#include <mutex>
#include <random>
#include <string>
#include <vector>

namespace floorwalker {
namespace {

using namespace testing;

struct stored_frame {
  frame_head head;
  std::string payload;
  chain_value chain;
};

/// Every frame of a segment.
std::vector<stored_frame> frames_of(const std::filesystem::path& path) {
  auto bytes = content_of(path);
  std::vector<stored_frame> all;
  std::size_t at = parse_segment_header(bytes).size;
  for (frame each; parse_frame(std::string_view{bytes}.substr(at), each) == frame_fault::none; at += each.size)
    all.push_back({each.head, std::string{each.payload}, each.chain});
  BOOST_TEST(at == bytes.size()); // and nothing else
  return all;
}

std::vector<stored_frame> frames_of(const trail_site& site) {
  return frames_of(site.folder() / site.segments().back());
}

auto count_begins(const std::vector<stored_frame>& frames) {
  return std::ranges::count_if(frames, [](auto& each) { return (each.head.flags & flag_batch_begins) != 0; });
}

/// The trail is sound, has exactly what was made, and could be gone on with.
void check_whole(const trail_site& site, const journal_batches& made) {
  auto found = recover_trail(*site.files, {site.folder(), "acme", "node-1", site.key->public_pem(), {}, true});
  BOOST_TEST(found.known.damage == "");
  BOOST_TEST((found.end.position == made.end));
  running_trail again{site.options()};
  BOOST_TEST(again.lines() == made.lines, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE(trail_writer_suite)

BOOST_AUTO_TEST_CASE(records_are_committed_in_their_order_with_the_text_they_came_with) {
  trail_site site;
  journal_batches made;
  {
    running_trail trail{site.options()};
    for (auto i = 0; i < 20; ++i) trail.append(made, made.transitions(static_cast<std::size_t>(1 + i % 5)));
    trail.await(made);
    std::uint64_t before = 0;
    for (auto& told : trail.progress()) {
      BOOST_TEST(told.problem == "");
      BOOST_TEST(told.sequence >= before);
      before = told.sequence;
    }
    BOOST_TEST(trail.lines() == made.lines, boost::test_tools::per_element());
  }
  check_whole(site, made);
}

BOOST_AUTO_TEST_CASE(everything_that_waits_is_one_batch_with_one_write_and_one_synchronisation) {
  trail_site site;
  journal_batches made;
  running_trail trail{site.options()};
  trail.append(made, made.transitions(1));
  trail.await(made);
  site.files->synchronise_error = EIO; // whatever comes now waits
  trail.append(made, made.transitions(1));
  trail.await_problem();
  for (auto i = 0; i < 100; ++i) trail.append(made, made.transitions(3));
  site.files->synchronise_error = 0;
  trail.await(made);
  auto frames = frames_of(site);
  BOOST_TEST(frames.size() == 302U);
  BOOST_TEST(count_begins(frames) == 3);
  BOOST_TEST((frames[2].head.flags & flag_batch_begins) != 0);
}

BOOST_AUTO_TEST_CASE(short_and_interrupted_writes_are_gone_on_with) {
  trail_site site;
  site.files->write_max = 7;
  site.files->interrupted = true;
  journal_batches made;
  {
    running_trail trail{site.options()};
    trail.append(made, made.transitions(10));
    trail.await(made);
  }
  check_whole(site, made);
}

BOOST_AUTO_TEST_CASE(a_full_disk_is_told_and_nothing_is_lost_or_doubled_when_it_has_room_again) {
  trail_site site;
  journal_batches made;
  {
    running_trail trail{site.options()};
    trail.append(made, made.transitions(2));
    trail.await(made);
    auto path = site.folder() / site.segments().front();
    auto good = content_of(path);
    site.files->room = 700; // ends within the second record
    trail.append(made, made.transitions(5));
    BOOST_TEST(trail.await_problem() == fmt::format("cannot write {}: No space left on device", path.string()));
    trail.append(made, made.transitions(5));
    BOOST_TEST(trail.progress().back().sequence == 2U);
    BOOST_TEST(trail.read(3, 1000).batch == nullptr); // what is not committed is not read
    site.files->room = failing_files::no_limit;
    trail.await(made);
    BOOST_TEST(trail.progress().back().problem == "");
    BOOST_TEST(content_of(path).starts_with(good));
  }
  check_whole(site, made);
}

BOOST_AUTO_TEST_CASE(a_failed_synchronisation_is_told_and_the_batch_is_written_again) {
  trail_site site;
  journal_batches made;
  {
    running_trail trail{site.options()};
    trail.append(made, made.transitions(2));
    trail.await(made);
    site.files->synchronise_error = EIO;
    trail.append(made, made.transitions(5));
    auto path = site.folder() / site.segments().front();
    BOOST_TEST(trail.await_problem() == fmt::format("cannot synchronise {}: Input/output error", path.string()));
    site.files->writes = 0;
    site.files->synchronise_error = 0;
    trail.await(made);
    BOOST_TEST(site.files->writes > 0U); // the page cache may have dropped what it was given
  }
  check_whole(site, made);
}

BOOST_AUTO_TEST_CASE(an_exception_at_any_step_is_told_and_the_writer_goes_on_with_nothing_lost_or_doubled) {
  std::uint64_t thrown = 0;
  for (std::uint64_t call = 0; call == thrown; ++call) {
    trail_site site;
    auto options = site.options();
    options.pace.segment_bytes = 3000;
    options.pace.batch_bytes = 1000;
    options.pace.checkpoint_records = 4;
    journal_batches made;
    {
      running_trail trail{options};
      trail.append(made, made.transitions(1));
      trail.await(made);
      site.files->calls_before_exception = call;
      trail.append(made, made.transitions(12));
      trail.await(made);
      if (site.files->calls_before_exception == failing_files::no_limit) {
        ++thrown;
        BOOST_TEST(trail.await_problem() == "the trail's writer failed: std::bad_alloc");
      }
      site.files->calls_before_exception = failing_files::no_limit;
    }
    check_whole(site, made);
  }
  BOOST_TEST(thrown > 10U); // several batches and segments
}

BOOST_AUTO_TEST_CASE(a_disk_that_is_full_at_the_start_is_told_until_the_trail_can_begin) {
  trail_site site;
  site.files->room = 0;
  journal_batches made;
  {
    running_trail trail{site.options()};
    BOOST_TEST(trail.recovered().damage == "");
    trail.append(made, made.transitions(3));
    trail.await_problem();
    site.files->room = failing_files::no_limit;
    trail.await(made);
  }
  check_whole(site, made);
}

BOOST_AUTO_TEST_CASE(a_process_that_dies_at_any_byte_loses_no_committed_record) {
  std::uint64_t needed = 0;
  {
    trail_site site;
    journal_batches made;
    site.files->life = 1 << 20;
    running_trail trail{site.options()};
    trail.append(made, made.transitions(2));
    trail.await(made);
    trail.append(made, made.transitions(2));
    trail.await(made);
    trail.stop();
    needed = (1 << 20) - site.files->life;
  }
  BOOST_TEST(needed > 1000U);
  for (std::uint64_t life = 0; life <= needed; life += 13) {
    trail_site site;
    journal_batches made;
    std::uint64_t committed = 0;
    {
      site.files->life = life;
      running_trail trail{site.options()};
      trail.append(made, made.transitions(2));
      trail.append(made, made.transitions(2));
      trail.storage().stop(test_patience); // tries, and gives up if the disk is dead
      for (auto& told : trail.progress()) committed = std::max(committed, told.sequence);
    }
    site.files->life = failing_files::no_limit;
    BOOST_TEST_CONTEXT("dead after " << life << " bytes") {
      running_trail again{site.options()};
      BOOST_TEST(again.recovered().damage == "");
      auto lines = again.lines();
      BOOST_TEST(lines.size() >= committed);
      BOOST_REQUIRE(lines.size() <= made.lines.size());
      BOOST_TEST(std::equal(lines.begin(), lines.end(), made.lines.begin()));
      // Whatever was whole stays, and the sequences go on behind it.
      BOOST_TEST(again.beginning.end.sequence == lines.size());
      journal_batches more{again.beginning.end};
      again.append(more, more.transitions(1));
      again.await(more);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_stop_while_the_disk_is_in_trouble_ends_after_one_more_attempt) {
  trail_site site;
  journal_batches made;
  journal_batches before;
  {
    running_trail trail{site.options()};
    trail.append(made, made.transitions(2));
    trail.await(made);
    before = made;
    site.files->room = 0;
    trail.append(made, made.transitions(2));
    trail.await_problem();
    BOOST_TEST(trail.storage().lost() == 0u); // they wait
    trail.stop();
    BOOST_TEST(trail.storage().lost() == 2u);
  }
  site.files->room = failing_files::no_limit;
  check_whole(site, before);
}

BOOST_AUTO_TEST_CASE(a_journal_that_starts_again_is_told_of_the_trouble_and_goes_on_behind_what_was_taken) {
  trail_site site;
  journal_batches made;
  running_trail trail{site.options()};
  trail.append(made, made.transitions(2));
  trail.await(made);
  site.files->room = 0;
  trail.append(made, made.transitions(2));
  auto problem = trail.await_problem();
  std::promise<std::string> first;
  std::atomic<bool> told = false;
  auto beginning = trail.storage().open(trail_writer::progress_receiver{[&](const trail_progress& progress) {
    if (!told.exchange(true)) first.set_value(progress.problem);
  }});
  BOOST_TEST((beginning.end == made.end));
  BOOST_TEST(beginning.committed == 2U);
  auto answer = first.get_future();
  BOOST_REQUIRE((answer.wait_for(test_patience) == std::future_status::ready));
  BOOST_TEST(answer.get() == problem);
  site.files->room = failing_files::no_limit;
}

BOOST_AUTO_TEST_CASE(checkpoints_come_after_so_many_records_and_at_a_stop_and_vouch_for_the_chain) {
  trail_site site;
  auto options = site.options();
  options.pace.checkpoint_records = 4;
  std::vector<std::string> published;
  options.checkpoint_made = [&](const std::string& text) { published.push_back(text); };
  journal_batches made;
  {
    running_trail trail{options};
    trail.append(made, made.transitions(9));
    trail.await(made);
  }
  auto frames = frames_of(site);
  std::vector<std::uint64_t> sealed;
  std::size_t number = 0;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    if (frames[i].head.kind != frame_kind::checkpoint) continue;
    sealed.push_back(frames[i].head.sequence);
    BOOST_REQUIRE(number < published.size());
    auto [text, signature, problem] = without_signature(published[number++]);
    BOOST_TEST(problem == "");
    BOOST_TEST(frames[i].payload == checkpoint_payload(text, signature));
    BOOST_TEST(is_signed_by(site.key->public_pem(), text, signature));
    auto parsed = parse_checkpoint(text);
    BOOST_TEST((parsed.made == checkpoint{"acme", "node-1", 1, frames[i].head.sequence, frames[i - 1].chain,
                                          trail_opening, site.key->id()}));
  }
  BOOST_TEST(sealed == (std::vector<std::uint64_t>{4, 8, 9}), boost::test_tools::per_element());
  BOOST_TEST(number == published.size());
  // A stop without new records says nothing new.
  running_trail{options}.stop();
  BOOST_TEST(frames_of(site).size() == frames.size());
}

BOOST_AUTO_TEST_CASE(a_checkpoint_comes_in_time_where_records_came) {
  trail_site site;
  auto options = site.options();
  options.pace.checkpoint_interval = std::chrono::milliseconds{1};
  std::promise<std::string> published;
  options.checkpoint_made = [&](const std::string& text) { published.set_value(text); }; // throws if it comes twice
  journal_batches made;
  running_trail trail{options};
  trail.append(made, made.transitions(3));
  auto waiting = published.get_future();
  BOOST_REQUIRE((waiting.wait_for(test_patience) == std::future_status::ready));
  trail.stop();
  BOOST_TEST(frames_of(site).size() == 4U);
}

BOOST_AUTO_TEST_CASE(a_checkpoint_is_handed_to_the_journal_and_the_record_of_it_asks_for_no_other) {
  trail_site site;
  auto options = site.options();
  options.pace.checkpoint_records = 1;
  options.pace.checkpoint_interval = std::chrono::milliseconds{1};
  journal_batches made;
  running_trail trail{options};
  auto published = [&] {
    std::vector<std::string> texts;
    for (auto& told : trail.progress())
      for (auto& each : told.checkpoints) texts.push_back(each.text);
    return texts;
  };
  trail.append(made, made.transitions(1));
  trail.await(made);
  BOOST_REQUIRE(published().size() == 1U);
  BOOST_TEST(parse_checkpoint(without_signature(published().front()).signed_text).made.sequence == 1U);
  for (int i = 0; i < 3; ++i) {
    trail.append(made, made.checkpoint_signed());
    trail.await(made);
  }
  BOOST_TEST(published().size() == 1U);
  trail.stop(); // now everything is to be signed
  BOOST_TEST(published().size() == 2U);
  auto frames = frames_of(site);
  BOOST_TEST((frames.back().head.kind == frame_kind::checkpoint));
  BOOST_TEST(frames.back().head.sequence == 4U);
}

BOOST_AUTO_TEST_CASE(a_trail_that_crashed_before_its_checkpoint_gets_it_after_the_next_start) {
  trail_site site;
  journal_batches made;
  {
    running_trail trail{site.options()};
    trail.append(made, made.transitions(3));
    trail.await(made);
    trail.kill(*site.files);
  }
  site.files->life = failing_files::no_limit;
  BOOST_TEST(frames_of(site).size() == 3U);
  running_trail{site.options()}.stop();
  auto frames = frames_of(site);
  BOOST_REQUIRE_EQUAL(frames.size(), 4U);
  BOOST_TEST((frames.back().head.kind == frame_kind::checkpoint));
  BOOST_TEST(frames.back().head.sequence == 3U);
}

BOOST_AUTO_TEST_CASE(without_durability_nothing_waits_for_the_disk_and_no_batch_vouches_for_the_one_before) {
  trail_site site;
  auto options = site.options();
  options.synchronised = false;
  journal_batches made;
  {
    running_trail trail{options};
    trail.append(made, made.transitions(1));
    trail.await(made);
    site.files->synchronisations = 0;
    for (auto i = 0; i < 5; ++i) {
      trail.append(made, made.transitions(2));
      trail.await(made);
    }
    BOOST_TEST(site.files->synchronisations == 0U);
    BOOST_TEST(count_begins(frames_of(site)) == 1);
  }
  BOOST_TEST(site.files->synchronisations > 0U); // at the stop
  check_whole(site, made);
}

BOOST_AUTO_TEST_CASE(a_clock_that_was_set_marks_the_next_record) {
  trail_site site;
  journal_batches made;
  auto options = site.options();
  options.since_boot = [] { return std::chrono::hours{1}; };
  running_trail trail{options};
  auto add = [&] {
    trail.append(made, made.transitions(1));
    trail.await(made);
  };
  add();
  add();
  site.clock->set(trail_opening - std::chrono::hours{1});
  add();
  add();
  std::vector<bool> stepped;
  for (auto& each : frames_of(site)) stepped.push_back((each.head.flags & flag_clock_stepped) != 0);
  BOOST_TEST(stepped == (std::vector<bool>{false, false, true, false}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_segment_that_somebody_removes_while_it_is_written_is_noticed) {
  trail_site site;
  auto options = site.options();
  options.pace.space_interval = std::chrono::milliseconds{1};
  journal_batches made;
  {
    running_trail trail{options};
    trail.append(made, made.transitions(2));
    trail.await(made);
    auto path = site.folder() / site.segments().front();
    std::filesystem::rename(path, site.scratch / "elsewhere");
    BOOST_TEST(trail.await_problem() == fmt::format("cannot find {}: No such file or directory", path.string()));
    trail.append(made, made.transitions(2));
    std::filesystem::rename(site.scratch / "elsewhere", path);
    trail.await(made);
  }
  check_whole(site, made);
}

BOOST_AUTO_TEST_CASE(little_room_on_the_disk_is_told_and_that_there_is_more_again) {
  trail_site site;
  auto options = site.options();
  options.min_free_bytes = 1 << 30;
  options.pace.space_interval = std::chrono::milliseconds{1};
  std::promise<std::string> low;
  std::promise<std::string> enough;
  options.space_low = [&](const std::string& clause) { // throws where it is told more often
    (clause.empty() ? enough : low).set_value(clause);
  };
  site.files->free = 100 << 20;
  running_trail trail{options};
  auto first = low.get_future();
  BOOST_REQUIRE((first.wait_for(test_patience) == std::future_status::ready));
  auto clause =
      fmt::format("100 MiB are left for {}, and audit.min-free-bytes asks for 1024 MiB", site.folder().string());
  BOOST_TEST(first.get() == clause);
  trail.await_low_space(clause);
  // A journal that starts again hears of it at once.
  std::string heard;
  std::mutex mutex;
  trail.storage().open(trail_writer::progress_receiver{[&](const trail_progress& told) {
    std::lock_guard lock{mutex};
    if (heard.empty()) heard = told.low_space;
  }});
  {
    std::lock_guard lock{mutex};
    BOOST_TEST(heard == clause);
  }
  site.files->free = 2ULL << 30;
  BOOST_TEST((enough.get_future().wait_for(test_patience) == std::future_status::ready));
  trail.stop();
}

BOOST_AUTO_TEST_CASE(a_snapshot_is_due_after_so_many_records_or_so_long) {
  trail_site site;
  auto options = site.options();
  options.pace.snapshot_records = 10;
  options.pace.snapshot_interval = std::chrono::hours{1};
  journal_batches made;
  running_trail trail{options};
  BOOST_TEST(!trail.storage().snapshot_due());
  trail.append(made, made.transitions(9));
  trail.await(made);
  BOOST_TEST(!trail.storage().snapshot_due());
  trail.append(made, made.transitions(1));
  trail.await(made);
  BOOST_TEST(*trail.storage().snapshot_due() == 10U);
  BOOST_TEST(*trail.storage().snapshot_due() == 10U); // nobody kept one
  trail.stop();
  options.pace.snapshot_interval = std::chrono::milliseconds{0};
  running_trail again{options};
  BOOST_TEST(again.storage().snapshot_due().has_value()); // there is none yet
  BOOST_TEST(*again.storage().snapshot_due() == 10U);
}

BOOST_AUTO_TEST_CASE(a_snapshot_is_written_when_everything_it_may_know_is_committed) {
  trail_site site;
  auto options = site.options();
  options.pace.snapshot_records = 1;
  journal_batches made;
  running_trail trail{options};
  trail.append(made, made.transitions(1));
  trail.await(made);
  auto due = trail.storage().snapshot_due();
  BOOST_REQUIRE(due.has_value());
  site.files->room = 0;
  trail.append(made, made.transitions(1));
  trail.await_problem();
  trail_snapshot snapshot{*due, {}, {}};
  snapshot.counts.through_sequence = 2;
  trail.storage().keep(snapshot);
  BOOST_TEST(!std::filesystem::exists(site.folder() / snapshot_file));
  site.files->room = failing_files::no_limit;
  trail.await(made);
  trail.stop();
  auto kept = parse_snapshot(content_of(site.folder() / snapshot_file));
  BOOST_TEST(kept.problem == "");
  BOOST_TEST(kept.snapshot.committed == 2U);
  BOOST_TEST(kept.snapshot.place.position.sequence == 1U);
}

BOOST_AUTO_TEST_CASE(counts_of_an_earlier_moment_than_the_place_make_no_snapshot) {
  trail_site site;
  auto options = site.options();
  options.pace.snapshot_records = 1;
  journal_batches made;
  running_trail trail{options};
  trail.append(made, made.transitions(3));
  trail.await(made);
  trail_snapshot snapshot{*trail.storage().snapshot_due(), {}, {}};
  snapshot.counts.through_sequence = 2;
  trail.storage().keep(snapshot);
  trail.stop();
  BOOST_TEST(!std::filesystem::exists(site.folder() / snapshot_file));
}

/// Draws what trackers might write.
committed_batch_ptr draw(journal_batches& made, std::minstd_rand& random) {
  auto pick = [&](std::uint32_t among) { return static_cast<std::uint32_t>(random() % among); };
  auto agent = fmt::format("a-{}", pick(6));
  const std::vector<std::string> states{"available", "busy", "wrap-up", "break"};
  switch (pick(8)) {
  case 0:
    return made.reconciled(agent, states[pick(4)]);
  case 1:
    return made.monitoring(true, pick(2), pick(2) == 0 ? "start" : "reconnect", {agent, "a-0"});
  case 2:
    return made.monitoring(false, pick(2), std::vector<std::string>{"shutdown", "lost connection", "plan"}[pick(3)],
                           {agent});
  default: {
    sample_transition one{agent, states[pick(4)], states[pick(4)], pick(4) != 0};
    if (pick(5) == 0) one.flags = {pick(2) == 0 ? "gap" : "out-of-order"};
    if (pick(2) == 0) one.reason = "r";
    return made.of(one);
  }
  }
}

void check_equal(const recovered_trail& left, const recovered_trail& right) {
  auto told = [](const recovered_trail& known) {
    kept_snapshot all;
    all.agents = known.agents;
    all.counts = known.counts;
    auto text = to_text(all);
    if (known.cut)
      text +=
          fmt::format("{} {}", fmt::join(known.cut->agent_ids, ","), known.cut->last_record.time_since_epoch().count());
    return text;
  };
  BOOST_TEST(told(left) == told(right));
}

BOOST_AUTO_TEST_CASE(a_snapshot_and_what_follows_tell_the_same_as_the_whole_trail) {
  for (std::uint32_t seed = 1; seed <= 40; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      std::minstd_rand random{seed};
      trail_site site;
      auto options = site.options();
      options.pace.snapshot_records = 1;
      options.pace.segment_bytes = 4096;
      journal_batches made;
      auto records = 20 + random() % 60;
      auto snapshot_at = random() % records;
      {
        running_trail trail{options};
        for (std::uint32_t i = 0; i < records; ++i) {
          trail.append(made, draw(made, random));
          if (i != snapshot_at) continue;
          trail.await(made);
          auto due = trail.storage().snapshot_due();
          // What is collected afterwards may be later than the place.
          for (auto more = random() % 5; more > 0; --more) trail.append(made, draw(made, random));
          trail.await(made);
          auto known = recover_trail(*site.files, {site.folder(), "acme", "node-1", "", {}, true}).known;
          trail_snapshot snapshot{*due, {}, known.counts};
          for (auto& [key, agent] : known.agents) snapshot.agents.push_back(agent);
          trail.storage().keep(std::move(snapshot));
        }
        trail.await(made);
        trail.kill(*site.files);
      }
      site.files->life = failing_files::no_limit;
      auto request = recovery_request{site.folder(), "acme", "node-1", "", {}, true};
      auto with = recover_trail(*site.files, request);
      std::filesystem::remove(site.folder() / snapshot_file);
      auto without = recover_trail(*site.files, request);
      BOOST_TEST(without.known.damage == "");
      BOOST_TEST(without.snapshot_sequence == 0U);
      BOOST_TEST((with.end == without.end));
      BOOST_TEST((with.monitored.places() == without.monitored.places()));
      check_equal(with.known, without.known);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace floorwalker
