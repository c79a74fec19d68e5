#include "runtime/configuration/audit_command_line.hpp"

#include "messages/wire/timestamp.hpp"
#include "runtime/configuration/command_line.hpp"
#include "runtime/configuration/time_text.hpp"

#include <boost/test/unit_test.hpp>

namespace {

using namespace floorwalker;

using arguments = std::vector<std::string>;

template <class Request>
Request parse(arguments given) {
  auto parsed = parse_audit_command(std::move(given));
  if (auto* usage = std::get_if<audit_usage>(&parsed)) BOOST_FAIL(usage->text);
  return std::get<Request>(std::get<audit_request>(parsed));
}

const std::string hash(64, 'a');

} // namespace

BOOST_AUTO_TEST_SUITE(audit_command_line)

BOOST_AUTO_TEST_CASE(a_folder_is_enough_to_verify) {
  auto plain = parse<audit_verify_request>({"verify", "trail"});
  BOOST_TEST(plain.folder == "trail");
  BOOST_TEST(
      (plain.public_key_files.empty() && plain.expected.empty() && plain.checkpoint_files.empty() && !plain.json));
}

BOOST_AUTO_TEST_CASE(what_a_trail_is_held_against_may_be_given_several_times) {
  auto full = parse<audit_verify_request>({"verify", "--public-key=a.pub", "trail", "--public-key", "b.pub",
                                           "--expect=812:" + hash, "--expect", "9:" + hash, "--checkpoints=x.log",
                                           "--checkpoints=y.log", "--json"});
  BOOST_TEST(full.folder == "trail");
  BOOST_TEST(full.public_key_files == (arguments{"a.pub", "b.pub"}), boost::test_tools::per_element());
  BOOST_TEST(full.expected == (arguments{"812:" + hash, "9:" + hash}), boost::test_tools::per_element());
  BOOST_TEST(full.checkpoint_files == (arguments{"x.log", "y.log"}), boost::test_tools::per_element());
  BOOST_TEST(full.json);
}

BOOST_AUTO_TEST_CASE(an_export_has_defaults_and_takes_every_filter) {
  auto plain = parse<audit_export_request>({"export", "trail"});
  BOOST_TEST((plain.verify && plain.format == export_format::json_lines && !plain.bounds.from && !plain.bounds.to));
  BOOST_TEST((!plain.agent && !plain.valid && !plain.output_file));
  auto full = parse<audit_export_request>({"export", "trail", "--from=2026-03-03", "--to=2026-03-03", "--agent=a-1",
                                           "--valid=false", "--format=csv", "--output=out.csv", "--no-verify",
                                           "--public-key=k"});
  BOOST_TEST((!full.verify && full.format == export_format::csv));
  BOOST_TEST(wire::to_text(full.bounds.from.value()) == "2026-03-03T00:00:00.000Z");
  BOOST_TEST(wire::to_text(full.bounds.to.value()) == "2026-03-04T00:00:00.000Z");
  BOOST_TEST(full.agent.value() == "a-1");
  BOOST_TEST(full.valid.value() == false);
  BOOST_TEST(full.output_file.value() == "out.csv");
  BOOST_TEST(parse<audit_export_request>({"export", "t", "--valid=true"}).valid.value());
}

BOOST_AUTO_TEST_CASE(history_and_replay_take_what_they_need) {
  auto history = parse<audit_history_request>({"history", "trail", "a-1", "--utc", "--json", "--no-verify"});
  BOOST_TEST(history.folder == "trail");
  BOOST_TEST(history.agent == "a-1");
  BOOST_TEST((history.utc && history.json && !history.verify));
  auto replay = parse<audit_replay_request>({"replay", "trail", "--state-matrix=rules.conf", "--list", "--json"});
  BOOST_TEST(replay.matrix_file == "rules.conf");
  BOOST_TEST((replay.list && replay.json));
}

BOOST_AUTO_TEST_CASE(wrong_usage_says_what_was_expected) {
  struct row {
    arguments given;
    const char* problem;
  };
  const row rows[] = {
      {{}, "audit: expected a command: verify, export, history or replay"},
      {{"prove", "trail"}, "audit: unknown command \"prove\": expected verify, export, history or replay"},
      {{"verify"}, "audit verify: DIR is required"},
      {{"verify", ""}, "audit verify: "},
      {{"verify", "a", "b"}, "audit verify: "},
      {{"verify", "a", "--from=2026-03-03"}, "audit verify: "},
      {{"verify", "a", "--expect=812"}, "audit verify: --expect needs SEQUENCE:HASH"},
      {{"verify", "a", "--expect=0:" + hash}, "audit verify: --expect needs SEQUENCE:HASH"},
      {{"verify", "a", "--expect=1:" + hash + "0"}, "audit verify: --expect needs SEQUENCE:HASH"},
      {{"verify", "a", "--expect=:" + hash}, "audit verify: --expect needs SEQUENCE:HASH"},
      {{"export", "a", "--from=yesterday"}, "audit export: --from needs a time such as"},
      {{"export", "a", "--from=2026-02-30"}, "audit export: --from needs a time such as"},
      {{"export", "a", "--from=2026-03-03", "--to=2026-03-02"}, "audit export: --from is not before --to"},
      {{"export", "a", "--valid=yes"}, "audit export: --valid needs true or false, found \"yes\""},
      {{"export", "a", "--format=xml"}, "audit export: --format needs json or csv, found \"xml\""},
      {{"history", "a"}, "audit history: AGENT is required"},
      {{"replay", "a"}, "audit replay: --state-matrix is missing"}};
  for (auto& [given, problem] : rows) BOOST_TEST_CONTEXT(problem) {
      auto parsed = parse_audit_command(given);
      auto* usage = std::get_if<audit_usage>(&parsed);
      BOOST_REQUIRE(usage);
      BOOST_TEST(usage->is_wrong);
      BOOST_TEST(usage->text.starts_with(problem), usage->text);
      auto answer = arguments{"audit"};
      answer.insert(answer.end(), given.begin(), given.end());
      auto printed = std::get<printed_answer>(parse_command_line(answer, "1.2.3"));
      BOOST_TEST(printed.exit_code == 2);
      BOOST_TEST(printed.text.find('\n') == printed.text.size() - 1);
    }
}

BOOST_AUTO_TEST_CASE(each_command_has_its_help_both_ways) {
  for (auto* command : {"verify", "export", "history", "replay"}) {
    auto first = std::get<printed_answer>(parse_command_line({"audit", command, "--help"}, ""));
    auto second = std::get<printed_answer>(parse_command_line({"help", "audit", command}, ""));
    BOOST_TEST(first.text == second.text);
    BOOST_TEST(first.exit_code == 0);
    BOOST_TEST(first.text.starts_with(std::string{"Usage: floorwalker audit "} + command));
    BOOST_TEST(first.text.find("Exit codes: 0") != std::string::npos);
  }
  BOOST_TEST(std::get<printed_answer>(parse_command_line({"help", "audit"}, "")).text.find("Commands:") !=
             std::string::npos);
  BOOST_TEST(std::get<printed_answer>(parse_command_line({"help", "audit", "prove"}, "")).exit_code == 2);
}

BOOST_AUTO_TEST_CASE(a_time_is_utc_unless_it_says_otherwise) {
  struct row {
    const char* text;
    const char* begins;
    const char* ends;
  };
  const row rows[] = {{"2026-11-23", "2026-11-23T00:00:00.000Z", "2026-11-24T00:00:00.000Z"},
                      {"2026-12-31", "2026-12-31T00:00:00.000Z", "2027-01-01T00:00:00.000Z"},
                      {"2026-11-23T10:00", "2026-11-23T10:00:00.000Z", "2026-11-23T10:00:00.000Z"},
                      {"2026-11-23 10:00", "2026-11-23T10:00:00.000Z", "2026-11-23T10:00:00.000Z"},
                      {"2026-11-23T10:00Z", "2026-11-23T10:00:00.000Z", "2026-11-23T10:00:00.000Z"},
                      {"2026-11-23T10:00+01:00", "2026-11-23T09:00:00.000Z", "2026-11-23T09:00:00.000Z"},
                      {"2026-11-23T10:00:01.25", "2026-11-23T10:00:01.250Z", "2026-11-23T10:00:01.250Z"},
                      {"2026-11-23T10:00:01.25-00:30", "2026-11-23T10:30:01.250Z", "2026-11-23T10:30:01.250Z"}};
  for (auto& [text, begins, ends] : rows) BOOST_TEST_CONTEXT(text) {
      BOOST_TEST(wire::to_text(parse_time_text(text, bare_date::begins, {}).value()) == begins);
      BOOST_TEST(wire::to_text(parse_time_text(text, bare_date::ends, {}).value()) == ends);
    }
  for (auto* text : {"", "today", "2026-11", "2026-11-31", "2026-11-23T", "2026-11-23T10", "2026-11-23T25:00",
                     "2026-11-23T10:00:00 ", "2026-11-23T10:00:", "23.11.2026", "2026-11-23x10:00",
                     "2026-11-23T10:00:00 01:00", "1699-12-31", "2262-04-11"})
    BOOST_TEST(!parse_time_text(text, bare_date::begins, {}).has_value(), text);
}

BOOST_AUTO_TEST_CASE(a_time_without_an_offset_is_what_clocks_of_the_zone_show) {
  struct row {
    const char* zone;
    const char* text;
    const char* begins;
    const char* ends;
  };
  const row rows[] = {
      {"Europe/Berlin", "2026-11-25", "2026-11-24T23:00:00.000Z", "2026-11-25T23:00:00.000Z"},
      {"Europe/Berlin", "2026-03-29", "2026-03-28T23:00:00.000Z", "2026-03-29T22:00:00.000Z"},       // of 23 hours
      {"Europe/Berlin", "2026-10-25", "2026-10-24T22:00:00.000Z", "2026-10-25T23:00:00.000Z"},       // of 25 hours
      {"Europe/Berlin", "2026-10-25T02:30", "2026-10-25T00:30:00.000Z", "2026-10-25T00:30:00.000Z"}, // twice
      {"Europe/Berlin", "2026-03-29T02:30", "2026-03-29T01:00:00.000Z", "2026-03-29T01:00:00.000Z"}, // never
      {"America/Santiago", "2026-09-06", "2026-09-06T04:00:00.000Z", "2026-09-07T03:00:00.000Z"},    // no midnight
      {"Europe/Berlin", "2026-07-01 10:00:00.5", "2026-07-01T08:00:00.500Z", "2026-07-01T08:00:00.500Z"},
      {"Europe/Berlin", "2026-07-01T10:00Z", "2026-07-01T10:00:00.000Z", "2026-07-01T10:00:00.000Z"}};
  for (auto& [zone, text, begins, ends] : rows) BOOST_TEST_CONTEXT(zone << " " << text) {
      civil_clock clock{zone};
      BOOST_TEST(clock.is_known());
      BOOST_TEST(wire::to_text(parse_time_text(text, bare_date::begins, clock).value()) == begins);
      BOOST_TEST(wire::to_text(parse_time_text(text, bare_date::ends, clock).value()) == ends);
    }
  BOOST_TEST(!civil_clock{"Europe/Nowhere"}.is_known());
}

BOOST_AUTO_TEST_SUITE_END()
