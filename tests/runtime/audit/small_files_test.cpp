// The files beside the segments: names, first lines, snapshot, identity, cursors, and the lock.
#include "runtime/audit/checksummed_text.hpp"
#include "runtime/audit/cursor_files.hpp"
#include "runtime/audit/data_directory_lock.hpp"
#include "runtime/audit/snapshot_text.hpp"
#include "runtime/audit/trail_folder.hpp"
#include "tests/runtime/audit/failing_files.hpp"
#include "tests/runtime/audit/sample_trail.hpp"
#include "tests/runtime/audit/scratch_folder.hpp"

#include <boost/test/unit_test.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <string>
#include <thread>
#include <vector>

namespace floorwalker {
namespace {

using namespace testing;
constexpr std::chrono::seconds patience{20};

BOOST_AUTO_TEST_SUITE(small_files)

BOOST_AUTO_TEST_CASE(a_segments_name_says_sequence_and_epoch_and_nothing_else_is_one) {
  BOOST_TEST(segment_name(812, 3) == "00000000000000000812-000003.trail");
  BOOST_TEST(segment_name(UINT64_MAX, 12'345'678) == "18446744073709551615-12345678.trail");
  for (auto [sequence, epoch] : {std::pair{1UL, 1UL}, std::pair{UINT64_MAX, 12'345'678UL}}) {
    auto parsed = parse_segment_name(segment_name(sequence, epoch));
    BOOST_REQUIRE(parsed);
    BOOST_TEST(parsed->first_sequence == sequence);
    BOOST_TEST(parsed->epoch == epoch);
  }
  for (auto refused :
       {"", ".trail", "1-1.trail", "00000000000000000812-000003.trai", "00000000000000000812-0000003.trail",
        "00000000000000000812_000003.trail", "99999999999999999999-000001.trail", "0000000000000000081x-000003.trail",
        "00000000000000000812-00000 .trail"})
    BOOST_TEST(!parse_segment_name(refused), refused);
}

BOOST_AUTO_TEST_CASE(segments_are_listed_in_the_order_of_the_trail) {
  scratch_folder scratch;
  for (auto name : {segment_name(41, 2), segment_name(5, 1), segment_name(41, 1), segment_name(41, 1'000'000)})
    write_content(scratch / name, "");
  write_content(scratch / "odd.trail", "");
  write_content(scratch / "snapshot", "");
  auto listing = list_trail_folder(scratch.path());
  std::vector<std::string> names;
  for (auto& segment : listing.segments) names.push_back(segment.name);
  BOOST_TEST(names == (std::vector<std::string>{segment_name(5, 1), segment_name(41, 1), segment_name(41, 2),
                                                segment_name(41, 1'000'000)}),
             boost::test_tools::per_element());
  BOOST_TEST(listing.strange == std::vector<std::string>{"odd.trail"}, boost::test_tools::per_element());
  BOOST_TEST(list_trail_folder(scratch / "nothing").problem == "");
  BOOST_TEST(list_trail_folder(scratch / "odd.trail").problem != "");
}

BOOST_AUTO_TEST_CASE(a_folder_is_told_from_its_copy) {
  scratch_folder scratch;
  file_system files;
  std::filesystem::create_directories(scratch / "a");
  BOOST_TEST((origin_of(files, scratch / "a") == folder_origin::unknown));
  BOOST_TEST(write_identity(files, scratch / "a") == "");
  BOOST_TEST((origin_of(files, scratch / "a") == folder_origin::same));
  std::filesystem::rename(scratch / "a", scratch / "b"); // moved, not copied
  BOOST_TEST((origin_of(files, scratch / "b") == folder_origin::same));
  std::filesystem::copy(scratch / "b", scratch / "c");
  BOOST_TEST((origin_of(files, scratch / "c") == folder_origin::copied));
  write_content(scratch / "b/identity", "nonsense");
  BOOST_TEST((origin_of(files, scratch / "b") == folder_origin::unknown));
}

BOOST_AUTO_TEST_CASE(a_small_file_is_refused_when_anything_in_it_is_changed) {
  auto text = checksummed("floorwalker-test", 1, "body\n");
  BOOST_TEST(parse_checksummed("floorwalker-test", 1, text).body == "body\n");
  BOOST_TEST(parse_checksummed("floorwalker-test", 1, text).problem == "");
  for (std::size_t i = 0; i < text.size() * 8; ++i) {
    auto changed = text;
    changed[i / 8] = static_cast<char>(changed[i / 8] ^ (1 << (i % 8)));
    BOOST_TEST(parse_checksummed("floorwalker-test", 1, changed).problem != "", "bit " << i);
  }
  for (std::size_t size = 0; size < text.size(); ++size)
    BOOST_TEST(parse_checksummed("floorwalker-test", 1, text.substr(0, size)).problem != "");
  BOOST_TEST(parse_checksummed("floorwalker-test", 2, text).problem == "it has another version than 2");
}

BOOST_AUTO_TEST_CASE(a_file_is_replaced_at_one_stroke_or_not_at_all) {
  scratch_folder scratch;
  auto path = scratch / "file";
  std::uint64_t life = 0;
  for (;; ++life) {
    failing_files files;
    write_content(path, "old content");
    files.life = life;
    auto failed = replace_file(files, path, "new content");
    auto content = content_of(path);
    BOOST_TEST((content == "old content" || content == "new content"));
    if (failed.empty()) break;
    BOOST_TEST(content == "old content");
  }
  BOOST_TEST(content_of(path) == "new content");
  BOOST_TEST(life > std::string{"new content"}.size());
}

BOOST_AUTO_TEST_CASE(a_snapshot_reads_back_as_it_was_written) {
  kept_snapshot written;
  written.place = {segment_name(41, 2), 12'345, {}, {70, 50, 60}, trail_opening, true};
  written.place.chain.fill(0x5c);
  written.committed = 80;
  std::uint64_t count = 100;
  for (auto member : {&system_metrics::total_processed, &system_metrics::valid, &system_metrics::unverified_transitions,
                      &system_metrics::duplicates, &system_metrics::handover_copies, &system_metrics::out_of_order,
                      &system_metrics::gaps, &system_metrics::interruptions, &system_metrics::malformed,
                      &system_metrics::alerts, &system_metrics::through_sequence})
    written.counts.*member = ++count;
  for (auto& ignored : written.counts.ignored) ignored = ++count;
  agent_status full;
  full.who = agent_identity::of("A-1", "Zoë \"Z\" O'Neill\n", "north");
  full.tenant_id = "acme";
  full.state = "busy";
  full.observed_state = "break";
  full.reason = "";
  full.last_updated = trail_opening + std::chrono::nanoseconds{1};
  full.since = trail_opening;
  full.verified = true;
  agent_status bare;
  bare.who = agent_identity::of("a-2");
  bare.tenant_id = "acme";
  written.agents = {{"a-1", full}, {"a-2", bare}};
  for (auto slot : {0U, 1U}) written.monitored.add(slot, "A-1");
  written.monitored.add(4'000'000'000, "a-2");
  auto text = to_text(written);
  auto [read, problem] = parse_snapshot(text);
  BOOST_TEST(problem == "");
  BOOST_TEST((read.place == written.place));
  BOOST_TEST(to_text(read) == text);
  auto& agent = read.agents.at("a-1");
  BOOST_TEST(agent.agent_id() == "A-1");
  BOOST_TEST(agent.name() == full.name());
  BOOST_TEST((agent.last_updated == full.last_updated));
  BOOST_TEST(*agent.reason == "");
  BOOST_TEST(agent.stale);
  BOOST_TEST(!read.agents.at("a-2").state);
  BOOST_TEST(!read.agents.at("a-2").since);
  BOOST_TEST(read.monitored.agent_ids() == (std::vector<std::string>{"A-1", "a-2"}), boost::test_tools::per_element());
  for (auto refused : {"", "{}", R"({"sequence":1})", R"([1])", "nonsense"})
    BOOST_TEST(parse_snapshot(checksummed("floorwalker-snapshot", 1, refused)).problem != "");
}

BOOST_AUTO_TEST_CASE(cursors_survive_the_process) {
  scratch_folder scratch;
  auto files = std::make_shared<failing_files>();
  {
    cursor_files cursors{files, scratch.path()};
    auto wall = cursors.open("wall").store;
    BOOST_REQUIRE(wall);
    BOOST_TEST(wall->kept().empty());
    wall->keep("acme", {1, 10});
    wall->keep("beta", {2, 7});
    wall->keep("acme", {1, 12});
    BOOST_REQUIRE(cursors.open("other").store);
    BOOST_TEST(cursors.stop(patience)); // what waits is written at the stop
    wall->keep("acme", {1, 99});        // too late
  }
  BOOST_TEST(!std::filesystem::exists(scratch / "sinks/other")); // nothing to be kept
  cursor_files cursors{files, scratch.path()};
  auto wall = cursors.open("wall").store;
  BOOST_TEST((wall->kept() == tenant_cursors{{"acme", {1, 12}}, {"beta", {2, 7}}}));
  BOOST_TEST((cursors.of_tenant("beta") == std::vector<trail_cursor>{{2, 7}}));
  BOOST_TEST(cursors.of_tenant("nobody").empty());
}

BOOST_AUTO_TEST_CASE(a_sink_that_is_opened_again_goes_on_with_what_was_told_last_though_it_is_not_written_yet) {
  scratch_folder scratch;
  auto files = std::make_shared<failing_files>();
  cursor_files cursors{files, scratch.path(), std::chrono::hours{1}};
  cursors.open("wall").store->keep("acme", {1, 10});
  cursors.open("wall").store->keep("acme", {1, 20});
  auto again = cursors.open("wall").store;
  BOOST_TEST((again->kept() == tenant_cursors{{"acme", {1, 20}}}));
  again->keep("acme", {1, 30});
  BOOST_TEST(cursors.stop(patience));
  BOOST_TEST(content_of(scratch / "sinks/wall/cursor") == to_text(tenant_cursors{{"acme", {1, 30}}}));
}

BOOST_AUTO_TEST_CASE(a_process_that_dies_young_has_kept_its_first_cursor) {
  scratch_folder scratch;
  auto files = std::make_shared<failing_files>();
  for (std::uint64_t sequence : {10U, 20U, 30U}) {
    cursor_files cursors{files, scratch.path(), std::chrono::hours{1}};
    auto wall = cursors.open("wall").store;
    auto kept = wall->kept();
    if (!kept.empty()) wall->keep("acme", kept.at("acme")); // as a sink does that begins: no change
    wall->keep("acme", {1, sequence});
    auto path = scratch / "sinks/wall/cursor";
    auto wanted = to_text(tenant_cursors{{"acme", {1, sequence}}});
    auto end = std::chrono::steady_clock::now() + patience;
    while ((!std::filesystem::exists(path) || content_of(path) != wanted) && std::chrono::steady_clock::now() < end)
      std::this_thread::yield();
    BOOST_TEST(content_of(path) == wanted);
  }
}

BOOST_AUTO_TEST_CASE(cursors_that_could_not_be_written_are_written_when_the_disk_has_room) {
  scratch_folder scratch;
  auto files = std::make_shared<failing_files>();
  files->room = 3;
  cursor_files cursors{files, scratch.path(), std::chrono::milliseconds{1}};
  auto wall = cursors.open("wall").store;
  wall->keep("acme", {1, 10});
  while (files->room > 0) std::this_thread::yield(); // it tried
  BOOST_TEST(!std::filesystem::exists(scratch / "sinks/wall/cursor"));
  files->room = failing_files::no_limit;
  BOOST_TEST(cursors.stop(patience));
  cursor_files again{files, scratch.path()};
  BOOST_TEST((again.open("wall").store->kept() == tenant_cursors{{"acme", {1, 10}}}));
}

BOOST_AUTO_TEST_CASE(cursors_that_cannot_be_read_are_a_problem) {
  scratch_folder scratch;
  auto files = std::make_shared<failing_files>();
  auto path = scratch / "sinks/wall/cursor";
  std::filesystem::create_directories(path.parent_path());
  for (auto& content :
       {std::string{}, std::string{"nonsense"}, to_text(tenant_cursors{{"acme", {1, 2}}}) + ' ',
        checksummed("floorwalker-cursors", 1, "1 2\n"), checksummed("floorwalker-cursors", 1, "1 x acme\n"),
        checksummed("floorwalker-cursors", 1, "\n")}) {
    write_content(path, content);
    cursor_files cursors{files, scratch.path()};
    auto opened = cursors.open("wall");
    BOOST_TEST(!opened.store);
    BOOST_TEST(opened.problem.starts_with(path.string() + " is damaged: "), opened.problem);
    BOOST_TEST(opened.problem.find("put an earlier copy of it in its place") != std::string::npos, opened.problem);
  }
  files->read_error = EIO;
  cursor_files cursors{files, scratch.path()};
  BOOST_TEST(cursors.open("wall").problem == "cannot read " + path.string() + ": Input/output error");
}

BOOST_AUTO_TEST_CASE(a_data_directory_is_used_by_one_process_at_a_time) {
  scratch_folder scratch;
  file_system files;
  auto path = scratch / "new/data";
  auto first = lock_data_directory(files, path);
  BOOST_REQUIRE(first.lock);
  BOOST_TEST(content_of(path / "lock") == std::to_string(::getpid()) + '\n');
  auto second = lock_data_directory(files, path);
  BOOST_TEST(!second.lock);
  BOOST_TEST(second.problem == path.string() + " is used by process " + std::to_string(::getpid()));
  // Another process, which ends without a word, lets go too.
  first.lock.reset();
  std::array<int, 2> pipe{};
  BOOST_REQUIRE_EQUAL(::pipe(pipe.data()), 0);
  auto child = ::fork();
  if (child == 0) {
    file_system own;
    auto held = lock_data_directory(own, path);
    char answer = held.lock ? '1' : '0';
    if (::write(pipe[1], &answer, 1) == 1) ::pause();
    ::_exit(1);
  }
  char answer = 0;
  BOOST_REQUIRE_EQUAL(::read(pipe[0], &answer, 1), 1);
  BOOST_TEST(answer == '1');
  BOOST_TEST(lock_data_directory(files, path).problem ==
             path.string() + " is used by process " + std::to_string(child));
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  BOOST_TEST(lock_data_directory(files, path).lock);
  write_content(scratch / "file", "");
  BOOST_TEST(!lock_data_directory(files, scratch / "file").problem.empty());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace floorwalker
