#include "runtime/auditing/published_checkpoints.hpp"
#include "tests/runtime/audit/sample_trail.hpp"
#include "tests/runtime/audit/scratch_folder.hpp"
#include "tests/runtime/auditing/command_run.hpp"

#include "messages/json_text.hpp"
#include "runtime/auditing/progress_bar.hpp"

#include <boost/json/serialize.hpp>

#include <fmt/format.h>

namespace floorwalker {
namespace {

using testing::command_run;
using testing::sample_trail;
using testing::write_content;

struct verified_floor {
  verified_floor() {
    for (int i = 0; i < 30; ++i) {
      trail.transition();
      if (i % 10 == 9) trail.checkpoint();
    }
    trail.transition();
    trail.write(dir);
    write_content(folder / "key.pub", trail.key->public_pem());
  }

  command_run verify(std::vector<std::string> more = {}) {
    std::vector<std::string> arguments{"verify", dir};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return command_run{arguments};
  }

  std::string log_with(const std::string& published) const {
    return "2026-11-23T10:00:00Z [info] begun\n2026-11-23T10:00:01Z [info] acme: checkpoint " + published +
           " written\nlast line without an end";
  }

  testing::scratch_folder folder;
  std::string dir = folder / "acme";
  sample_trail trail;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(audit_verify, verified_floor)

BOOST_AUTO_TEST_CASE(a_sound_trail_is_told_in_words_with_exit_code_0) {
  auto run = verify({"--public-key=" + (folder / "key.pub").string()});
  BOOST_TEST(run.code == 0);
  BOOST_TEST(run.err == "");
  BOOST_TEST(run.out.starts_with("verified\n"), run.out);
  BOOST_TEST(run.says("records      31 (1 to 31)"), run.out);
  BOOST_TEST(run.says("checkpoints  3, 3 with a signature that holds"), run.out);
  BOOST_TEST(run.says("proved up to record 30"), run.out);
  BOOST_TEST(run.says("1 records behind it are chained, but not signed yet"), run.out);
  BOOST_TEST(run.says("31:" + to_hex(trail.record_chain)), run.out);
  BOOST_TEST(!run.says("from the folder itself"), run.out);
  BOOST_TEST(verify().says("from the folder itself: this proves only that the trail agrees with itself"));
}

BOOST_AUTO_TEST_CASE(the_result_is_one_json_object_where_asked) {
  auto run = verify({"--json"});
  BOOST_TEST(run.code == 0);
  auto result = run.json().as_object();
  BOOST_TEST(result.at("verdict").as_string() == "verified");
  BOOST_TEST(result.at("records").to_number<int>() == 31);
  BOOST_TEST(result.at("provedThrough").to_number<int>() == 30);
  BOOST_TEST(result.at("keySource").as_string() == "folder");
  BOOST_TEST(result.at("damages").as_array().empty());
}

BOOST_AUTO_TEST_CASE(damage_is_named_on_stderr_too_with_exit_code_5) {
  trail.segments[0].frames[6].payload[30] ^= 1;
  trail.write(dir);
  auto run = verify();
  BOOST_TEST(run.code == 5);
  BOOST_TEST(run.out.starts_with("DAMAGED: record 7 does not verify\n"), run.out);
  BOOST_TEST(run.says(fmt::format("offset       {}", trail.segments[0].offset_of(6))), run.out);
  BOOST_TEST(run.err.starts_with("floorwalker: audit verify: damaged: 00000000000000000001-000001.trail at offset "));
  BOOST_TEST(run.err.find('\n') == run.err.size() - 1);
  auto result = verify({"--json"}).json().as_object();
  BOOST_TEST(result.at("verdict").as_string() == "damaged");
  auto& damage = result.at("damages").as_array().at(0).as_object();
  BOOST_TEST(damage.at("kind").as_string() == "rewritten");
  BOOST_TEST(damage.at("sequence").to_number<int>() == 7);
}

BOOST_AUTO_TEST_CASE(a_torn_tail_is_a_note_with_exit_code_0) {
  auto bytes = trail.segments[0].bytes();
  write_content(std::filesystem::path{dir} / trail.segments[0].name, bytes.substr(0, bytes.size() - 5));
  auto run = verify();
  BOOST_TEST(run.code == 0);
  BOOST_TEST(run.says("that are no whole record"), run.out);
  BOOST_TEST(verify({"--json"}).json().at("tornTail").at("offset").to_number<std::uint64_t>() ==
             trail.segments[0].offset_of(33));
}

BOOST_AUTO_TEST_CASE(an_expectation_that_holds_is_fine_and_another_is_damage) {
  auto hash = to_hex(trail.record_chain);
  BOOST_TEST(verify({"--expect=31:" + hash}).code == 0);
  BOOST_TEST(verify({"--expect=30:" + hash}).code == 5);
  auto cut = verify({"--expect=32:" + hash});
  BOOST_TEST(cut.code == 5);
  BOOST_TEST(cut.says("its tail was cut"), cut.out);
}

BOOST_AUTO_TEST_CASE(checkpoints_are_found_in_logs_of_both_forms) {
  std::string escaped;
  append_json_string(escaped, "checkpoint " + trail.published[2]);
  write_content(folder / "text.log", log_with(trail.published[1]));
  write_content(folder / "json.log", "{\"level\":\"info\",\"message\":" + escaped + "}\n");
  auto run =
      verify({"--checkpoints=" + (folder / "text.log").string(), "--checkpoints=" + (folder / "json.log").string()});
  BOOST_TEST(run.code == 0);
  BOOST_TEST(run.says("published    2 published checkpoints are in the trail"), run.out);
}

BOOST_AUTO_TEST_CASE(a_roll_back_is_seen_by_the_published_checkpoints) {
  write_content(folder / "log", log_with(trail.published[2]));
  trail.segments[0].frames.resize(11);
  trail.write(dir);
  BOOST_TEST(verify().code == 0);
  auto run = verify({"--checkpoints=" + (folder / "log").string()});
  BOOST_TEST(run.code == 5);
  BOOST_TEST(run.says("record 30 was published at 2026-11-23T10:00:00.000Z, and the trail ends with record 10"),
             run.out);
}

BOOST_AUTO_TEST_CASE(published_checkpoints_that_the_key_did_not_sign_still_count) {
  sample_trail other{"acme"}; // a trail rewritten as a whole, with a key of its own
  for (int i = 0; i < 31; ++i) other.transition({.agent = "a-2"});
  other.checkpoint();
  other.write(dir);
  BOOST_TEST(verify().code == 0);
  write_content(folder / "log", log_with(trail.published[2]));
  auto run = verify({"--checkpoints=" + (folder / "log").string()});
  BOOST_TEST(run.code == 5);
  BOOST_TEST(run.says("are not signed by the key"), run.out);
  BOOST_TEST(run.says("was published with another hash"), run.out);
}

BOOST_AUTO_TEST_CASE(files_that_say_nothing_are_wrong_usage) {
  write_content(folder / "empty", "");
  write_content(folder / "long", std::string(3'000'000, 'x') + "\n" + std::string(2'000'000, 'y'));
  sample_trail other{"other"};
  other.transition();
  other.checkpoint();
  write_content(folder / "foreign", other.published[0] + "\n");
  for (auto* name : {"empty", "long", "foreign", "nowhere"}) BOOST_TEST_CONTEXT(name) {
      auto run = verify({"--checkpoints=" + (folder / name).string()});
      BOOST_TEST(run.code == 2);
      BOOST_TEST(run.err.starts_with("floorwalker: audit verify: --checkpoints: "), run.err);
      BOOST_TEST(verify({"--public-key=" + (folder / name).string()}).code == 2);
    }
}

BOOST_AUTO_TEST_CASE(a_checkpoint_behind_a_long_line_is_found) {
  write_content(folder / "log", std::string(3'000'000, 'x') + "\n" + trail.published[0]);
  BOOST_TEST(verify({"--checkpoints=" + (folder / "log").string()}).code == 0);
}

BOOST_AUTO_TEST_CASE(what_is_no_trail_is_one_line_with_exit_code_1) {
  dir = folder / "no\nwhere";
  auto run = verify();
  BOOST_TEST(run.code == 1);
  BOOST_TEST(run.out == "");
  BOOST_TEST(run.err.find('\n') == run.err.size() - 1);
}

BOOST_AUTO_TEST_CASE(expectations_and_published_checkpoints_are_read_strictly) {
  auto hash = to_hex(trail.record_chain);
  BOOST_TEST((parse_expectation("31:" + hash).value().hash == trail.record_chain));
  for (auto text : {std::string{"31"}, "31:" + hash.substr(1), "31:" + hash + "0", ":" + hash, "0:" + hash,
                    "-1:" + hash, "31:" + std::string(64, 'g'), "31:-" + hash.substr(1), std::string{}})
    BOOST_TEST(!parse_expectation(text).has_value(), text);
  auto& published = trail.published[0];
  BOOST_TEST(find_published_checkpoint(published).value().made.sequence == 10u);
  for (std::size_t size = 0; size < published.size(); ++size)
    BOOST_TEST(!find_published_checkpoint(published.substr(0, size)).has_value());
  BOOST_TEST(!find_published_checkpoint(R"({"message":"{\"kind\":\"checkpoint\",\"x\":1}"})").has_value());
}

BOOST_AUTO_TEST_CASE(progress_is_told_in_one_line_of_a_terminal) {
  using namespace std::chrono_literals;
  BOOST_TEST(progress_line("verifying", 1'200'000'000, 2'400'000'000, 2s, 79) ==
             "verifying [########        ]  50 %  1.2 GB of 2.4 GB  600.0 MB/s  2 s left");
  BOOST_TEST(progress_line("verifying", 0, 0, 0ms, 79) == "verifying [################] 100 %  0 B of 0 B");
  BOOST_TEST(progress_line("verifying", 5, 4, 1s, 79).find("100 %") != std::string::npos);
  BOOST_TEST(progress_line("verifying", 999'900'000'000, 999'999'000'000, 100'000s, 40).size() == 40u);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace floorwalker
