#include "runtime/auditing/csv_rows.hpp"
#include "tests/runtime/audit/sample_trail.hpp"
#include "tests/runtime/audit/scratch_folder.hpp"
#include "tests/runtime/auditing/command_run.hpp"

#include <sys/stat.h>

#include <algorithm>

namespace floorwalker {
namespace {

using namespace std::chrono_literals;
using testing::command_run;
using testing::sample_trail;

/// Two days in three segments, a record an hour.
struct exported_floor {
  exported_floor() {
    for (int hour = 0; hour < 48; ++hour) {
      if (hour == 16 || hour == 32) trail.begin_segment();
      if (hour % 12 == 0)
        trail.record("MONITORING_STARTED", R"(,"slot":0,"cause":"start","agentIds":["a-1","A-2"])");
      else if (hour % 12 == 1)
        trail.record("STATE_RECONCILED", R"(,"agentId":"a-2","previousState":null,"currentState":"break")");
      else
        trail.transition({.agent = hour % 2 ? "a-1" : "a-2", .valid = hour % 6 != 0});
      trail.pass(1h);
    }
    trail.checkpoint();
    trail.write(dir);
  }

  command_run run_export(std::vector<std::string> more = {}) {
    std::vector<std::string> arguments{"export", dir};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return command_run{arguments};
  }

  std::string all_lines() const {
    std::string all;
    for (auto& segment : trail.segments)
      for (auto& made : segment.frames)
        if (made.head.kind == frame_kind::record) all += made.payload + '\n';
    return all;
  }

  testing::scratch_folder folder;
  std::string dir = folder / "acme";
  sample_trail trail;
};

std::ptrdiff_t lines_of(const std::string& text) { return std::ranges::count(text, '\n'); }

} // namespace

BOOST_FIXTURE_TEST_SUITE(audit_export, exported_floor)

BOOST_AUTO_TEST_CASE(every_record_comes_out_exactly_as_it_stands_in_the_trail) {
  auto run = run_export();
  BOOST_TEST(run.code == 0);
  BOOST_TEST(run.err == "");
  BOOST_TEST(run.out == all_lines());
  BOOST_TEST(run_export({"--no-verify"}).out == all_lines());
}

BOOST_AUTO_TEST_CASE(records_are_narrowed_down_by_time_agent_and_verdict) {
  struct row {
    std::vector<std::string> options;
    std::ptrdiff_t lines;
  };
  // From 10:00 on 23 November, an hour each: 14 records on that day, 24 on the next, 10 on the third.
  const row rows[] = {{{"--from=2026-11-24", "--to=2026-11-24"}, 24},
                      {{"--to=2026-11-23"}, 14},
                      {{"--from=2026-11-25T00:00+01:00"}, 11},
                      {{"--from=2026-11-23T10:00", "--to=2026-11-23T12:00"}, 2},
                      {{"--from=2027-01-01"}, 0},
                      {{"--to=2020-01-01"}, 0},
                      {{"--agent=a-1"}, 24},
                      {{"--agent=A-1"}, 24},
                      {{"--agent=a-2"}, 28},
                      {{"--agent=a-3"}, 0},
                      {{"--valid=true"}, 36},
                      {{"--valid=false"}, 4},
                      {{"--agent=a-1", "--valid=false"}, 0},
                      {{"--agent=a-2", "--valid=false", "--from=2026-11-24"}, 3}};
  for (auto& [options, lines] : rows)
    for (bool verify : {true, false}) BOOST_TEST_CONTEXT(options.front() << (verify ? "" : " --no-verify")) {
        auto given = options;
        if (!verify) given.emplace_back("--no-verify");
        auto run = run_export(given);
        BOOST_TEST(run.code == 0);
        BOOST_TEST(lines_of(run.out) == lines);
      }
}

BOOST_AUTO_TEST_CASE(an_agent_of_whom_there_is_no_record_is_named_beside_the_empty_output) {
  auto unknown = run_export({"--agent=550e8400-e29b-41d4-a716-446655440000"});
  BOOST_TEST(unknown.out.empty());
  BOOST_TEST(unknown.err.find("no record of agent \"550e8400-e29b-41d4-a716-446655440000\" was found\n") !=
             std::string::npos);
  auto slip = run_export({"--agent=a-3"});
  BOOST_TEST(slip.code == 0);
  BOOST_TEST(slip.err.find("no record of agent \"a-3\" was found, and that is no agent's id\n") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(csv_has_a_header_and_a_column_for_each_member) {
  auto run = run_export({"--format=csv", "--to=2026-11-23T12:59"});
  BOOST_TEST(run.out ==
             "sequence,timestamp,auditAction,tenantId,agentId,previousState,currentState,latencyMs,valid,"
             "eventTimestamp,reasonCode,flags,details\n"
             "1,2026-11-23T10:00:00.000Z,MONITORING_STARTED,acme,,,,,,,,,\"{\"\"slot\"\":0,\"\"cause\"\":\"\"start\"\","
             "\"\"agentIds\"\":[\"\"a-1\"\",\"\"A-2\"\"]}\"\n"
             "2,2026-11-23T11:00:00.000Z,STATE_RECONCILED,acme,a-2,,break,,,,,,\n"
             "3,2026-11-23T12:00:00.000Z,STATE_UPDATE_VERIFIED,acme,a-2,available,busy,333,true,"
             "2026-11-23T11:59:59.667Z,,,\n");
}

BOOST_AUTO_TEST_CASE(csv_quotes_what_it_must_and_disarms_formulas) {
  sample_trail odd;
  odd.transition({.agent = "=1+1",
                  .previous = "a, \"b\"",
                  .current = "line\nbreak",
                  .flags = {"gap", "handover"},
                  .reason = "@now",
                  .latency = -5ms});
  entry_reader entries;
  std::string row;
  append_csv_row(row, entries.read(odd.segments[0].frames[0].payload));
  BOOST_TEST(row == "1,2026-11-23T10:00:00.000Z,STATE_UPDATE_VERIFIED,acme,'=1+1,\"a, \"\"b\"\"\",\"line\nbreak\",-5,"
                    "true,2026-11-23T10:00:00.005Z,'@now,gap handover,\n");
}

BOOST_AUTO_TEST_CASE(a_file_is_written_for_its_owner_and_group_alone) {
  auto name = (folder / "out.jsonl").string();
  testing::write_content(name, std::string(1'000'000, 'x'));
  std::filesystem::remove(name);
  auto run = run_export({"--output=" + name});
  BOOST_TEST(run.code == 0);
  BOOST_TEST(run.out == "");
  BOOST_TEST(testing::content_of(name) == all_lines());
  struct stat status {};
  BOOST_REQUIRE(::stat(name.c_str(), &status) == 0);
  BOOST_TEST((status.st_mode & 0027) == 0u);
}

BOOST_AUTO_TEST_CASE(an_older_export_survives_a_wrong_folder) {
  auto name = (folder / "out.jsonl").string();
  testing::write_content(name, "precious");
  dir = folder / "nowhere";
  BOOST_TEST(run_export({"--output=" + name}).code == 1);
  BOOST_TEST(testing::content_of(name) == "precious");
  dir = folder / "acme";
  BOOST_TEST(run_export({"--output=/nowhere/out"}).code == 1);
  auto full = run_export({"--output=/dev/full"});
  BOOST_TEST(full.code == 1);
  BOOST_TEST(full.warns("No space left on device"), full.err);
}

BOOST_AUTO_TEST_CASE(an_export_ends_in_front_of_what_does_not_verify) {
  trail.segments[1].frames[3].payload[30] ^= 1;
  trail.write(dir);
  auto run = run_export();
  BOOST_TEST(run.code == 5);
  BOOST_TEST(lines_of(run.out) == 19);
  BOOST_TEST(run.warns("record 20"), run.err);
  auto all = run_export({"--no-verify"}); // its checksum fits
  BOOST_TEST(all.code == 0);
  BOOST_TEST(lines_of(all.out) == 48);
}

BOOST_AUTO_TEST_CASE(a_gap_between_segments_ends_an_export_too) {
  std::filesystem::remove(std::filesystem::path{dir} / trail.segments[1].name);
  auto run = run_export();
  BOOST_TEST(run.code == 5);
  BOOST_TEST(lines_of(run.out) == 16);
  BOOST_TEST(lines_of(run_export({"--no-verify"}).out) == 32);
}

BOOST_AUTO_TEST_CASE(without_verification_places_without_a_checksum_are_passed_over_and_told) {
  auto bytes = trail.segments[1].bytes();
  bytes[trail.segments[1].offset_of(3) + 60] ^= 1;
  testing::write_content(std::filesystem::path{dir} / trail.segments[1].name, bytes);
  auto run = run_export({"--no-verify"});
  BOOST_TEST(run.code == 0);
  BOOST_TEST(lines_of(run.out) == 47);
  BOOST_TEST(run.err == "note: 1 places were passed over that hold no whole record\n");
}

BOOST_AUTO_TEST_CASE(a_bad_signature_ends_an_export) {
  testing::write_content(folder / "other.pub", testing::new_signing_key()->public_pem());
  BOOST_TEST(run_export({"--public-key=" + (folder / "other.pub").string()}).code == 5);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace floorwalker
