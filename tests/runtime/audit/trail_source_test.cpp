#include "runtime/audit/trail_source.hpp"

#include "tests/runtime/audit/running_trail.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

namespace floorwalker {
namespace {

using namespace testing;

/// A trail of several segments, checkpoints between its records.
struct long_trail {
  explicit long_trail(std::size_t records) {
    options.pace.segment_bytes = 100'000;
    options.pace.checkpoint_records = 7;
    running.emplace(options);
    for (std::size_t i = 0; i < records; i += 50) running->append(made, made.transitions(50));
    running->await(made);
  }

  trail_site site;
  trail_options options = site.options();
  journal_batches made;
  std::optional<running_trail> running;
};

BOOST_AUTO_TEST_SUITE(trail_source_suite)

BOOST_AUTO_TEST_CASE(reading_from_any_place_gives_what_was_appended_there) {
  long_trail trail{1000};
  BOOST_TEST(trail.site.segments().size() > 3U);
  for (std::uint64_t from = 1; from <= trail.made.end.sequence; from += 3) {
    auto stretch = trail.running->read(from, 1);
    BOOST_TEST(stretch.problem == "");
    BOOST_TEST(stretch.from == from);
    BOOST_TEST(stretch.tenant == "acme");
    BOOST_REQUIRE(stretch.batch);
    BOOST_REQUIRE_EQUAL(stretch.batch->positions.size(), 1U);
    auto& position = stretch.batch->positions.front();
    BOOST_TEST(position.sequence == from);
    BOOST_TEST(position.line.in(stretch.batch->lines) == trail.made.lines[from - 1]);
  }
}

BOOST_AUTO_TEST_CASE(a_batch_that_was_read_is_the_one_that_was_appended) {
  trail_site site;
  running_trail trail{site.options()};
  journal_batches made;
  made.now += std::chrono::nanoseconds{123'456};
  auto appended = made.of({.previous = "on \\\"call\\\"", .valid = false, .flags = {"gap"}, .reason = "r"});
  trail.append(made, appended);
  trail.await(made);
  auto read = trail.read(1, 1000).batch;
  BOOST_REQUIRE(read);
  BOOST_TEST(read->lines == appended->lines);
  BOOST_TEST(*read->tenant == "acme");
  BOOST_TEST(*read->node == "node-1");
  BOOST_TEST(read->epoch == 1U);
  auto& record = read->drafts->records.front();
  auto& original = appended->drafts->records.front();
  BOOST_TEST((record.received_at == original.received_at)); // to the nanosecond
  BOOST_TEST(record.latency_ms == original.latency_ms);
  BOOST_TEST(record.flags == original.flags);
  BOOST_TEST(record.previous.in(read->drafts->text) == R"(on "call")");
  BOOST_TEST(record.head.in(read->drafts->text) == original.head.in(appended->drafts->text));
  BOOST_TEST(record.tail.in(read->drafts->text) == original.tail.in(appended->drafts->text));
  BOOST_TEST(read->positions.front().total == 1U);
  BOOST_TEST(read->positions.front().valid_total == 0U);
}

BOOST_AUTO_TEST_CASE(who_wants_lines_alone_gets_the_same_lines_and_no_records) {
  long_trail trail{50};
  auto whole = trail.running->read(1, 10'000).batch;
  auto plain = trail.running->read(1, 10'000, read_detail::lines).batch;
  BOOST_REQUIRE(plain);
  BOOST_TEST(plain->lines == whole->lines);
  BOOST_TEST(plain->positions.size() == whole->positions.size());
  BOOST_TEST(plain->positions.back().sequence == whole->positions.back().sequence);
  BOOST_TEST(plain->drafts->records.empty());
}

BOOST_AUTO_TEST_CASE(a_read_gives_about_as_much_as_was_asked_for_and_one_record_at_least) {
  long_trail trail{1000};
  for (std::size_t bytes : {0UL, 1UL, 1000UL, 10'000UL, 50'000UL, 1UL << 30}) {
    auto stretch = trail.running->read(1, bytes);
    BOOST_REQUIRE(stretch.batch);
    auto size = stretch.batch->lines.size();
    BOOST_TEST(size >= std::min<std::size_t>(bytes, 50'000)); // a segment has more than that, and less than 100,000
    BOOST_TEST(size <= std::min<std::size_t>(bytes + 1000, 100'000));
    BOOST_TEST(trail.running->lines(1, bytes + 10'000) == trail.made.lines, boost::test_tools::per_element());
  }
}

BOOST_AUTO_TEST_CASE(behind_the_last_committed_record_there_is_nothing) {
  long_trail trail{50};
  for (auto from : {trail.made.end.sequence + 1, trail.made.end.sequence + 1000}) {
    auto stretch = trail.running->read(from, 1000);
    BOOST_TEST(!stretch.batch);
    BOOST_TEST(stretch.problem == "");
    BOOST_TEST(stretch.from == from);
  }
  trail_site empty;
  running_trail nothing{empty.options()};
  BOOST_TEST(!nothing.read(1, 1000).batch);
}

BOOST_AUTO_TEST_CASE(a_record_larger_than_what_is_read_at_once_is_read_whole) {
  trail_site site;
  running_trail trail{site.options()};
  journal_batches made;
  trail.append(made, made.transitions(3));
  trail.append(made, made.of({.agent = std::string(900'000, 'x')}));
  trail.append(made, made.transitions(3));
  trail.await(made);
  BOOST_TEST((trail.lines(1, 1) == made.lines));
}

BOOST_AUTO_TEST_CASE(reads_follow_a_trail_that_grows) {
  long_trail trail{50};
  std::uint64_t next = 1;
  for (auto i = 0; i < 60; ++i) {
    trail.running->append(trail.made, trail.made.transitions(50));
    trail.running->await(trail.made);
    while (auto batch = trail.running->read(next, 5000).batch) {
      for (auto& position : batch->positions)
        BOOST_REQUIRE_EQUAL(position.line.in(batch->lines), trail.made.lines[position.sequence - 1]);
      next = batch->positions.back().sequence + 1;
    }
    BOOST_TEST(next == trail.made.end.sequence + 1);
  }
}

BOOST_AUTO_TEST_CASE(a_damaged_place_is_named_and_what_stands_before_it_is_given) {
  long_trail trail{300};
  auto name = trail.site.segments().front();
  auto path = trail.site.folder() / name;
  auto bytes = content_of(path);
  auto at = bytes.find(R"("sequence":100,)");
  BOOST_REQUIRE(at != std::string::npos);
  bytes[at] = 'X';
  write_content(path, bytes);
  auto before = trail.running->read(1, 1 << 20);
  BOOST_REQUIRE(before.batch);
  BOOST_TEST(before.batch->positions.back().sequence == 99U);
  auto problem = trail.running->read(100, 1000).problem;
  BOOST_TEST(problem.starts_with("segment " + name + " is damaged at offset "));
  BOOST_TEST(problem.ends_with("sequence 100"));
}

BOOST_AUTO_TEST_CASE(a_disk_that_cannot_be_read_is_a_problem_and_not_the_end) {
  long_trail trail{50};
  trail.site.files->read_error = EIO;
  auto stretch = trail.running->read(1, 1000);
  BOOST_TEST(!stretch.batch);
  BOOST_TEST(stretch.problem.starts_with("cannot read "));
  trail.site.files->read_error = 0;
  BOOST_TEST(trail.running->read(1, 1000).batch);
  std::filesystem::rename(trail.site.folder(), trail.site.scratch / "elsewhere");
  BOOST_TEST(trail.running->read(1, 1000).problem.ends_with(" is gone"));
  std::filesystem::rename(trail.site.scratch / "elsewhere", trail.site.folder());
}

BOOST_AUTO_TEST_CASE(more_reads_than_may_wait_are_refused) {
  trail_reading reading{1};
  std::promise<void> begun;
  std::promise<void> release;
  BOOST_TEST(reading.post([&] {
    begun.set_value();
    release.get_future().wait();
  }));
  begun.get_future().wait();
  BOOST_TEST(reading.post([] {}));
  BOOST_TEST(!reading.post([] {}));
  trail_site site;
  auto options = site.options();
  options.reading = {&reading, [](auto*) {}};
  running_trail trail{options};
  std::string problem;
  trail.storage().read(1, 1, read_detail::lines, [&](const trail_stretch& stretch) { problem = stretch.problem; });
  BOOST_TEST(problem == "too many reads wait");
  release.set_value();
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace floorwalker
