#include "tests/runtime/configuration/parsed_arguments.hpp"

namespace {

using namespace floorwalker;
using namespace floorwalker::testing;

BOOST_AUTO_TEST_CASE(wrong_usage_is_one_line_and_exit_code_2) {
  const usage_row rows[] = {
      {"no command", {}, "floorwalker: expected a command"},
      {"an unknown command",
       {"serve"},
       "floorwalker: unknown command \"serve\": expected run, check, status, watch, audit, token, version or help"},
      {"an option before the command",
       {"--config-file=f", "run"},
       "floorwalker: expected a command before the options"},
      {"an unknown option", {"run", "--fast"}, "floorwalker: run: "},
      {"an option of another command", {"run", "--dump"}, "floorwalker: run: "},
      {"the other way round", {"check", "--print-audit"}, "floorwalker: check: "},
      {"an argument too many", {"run", "file.conf"}, "floorwalker: run: "},
      {"no file name", {"run", "--config-file"}, "floorwalker: run: "},
      {"an empty file name", {"run", "--config-file="}, "floorwalker: run: "},
      {"a key without a value",
       {"run", "--floorwalker.log.level", "debug"},
       "floorwalker: --floorwalker.log.level needs a value: --floorwalker.log.level=…"},
      {"two forms of output",
       {"check", "--dump", "--json"},
       "floorwalker: check: --dump and --json exclude each other"},
      {"help on what does not exist", {"help", "cooking"}, "floorwalker: there is no help on \"cooking\""},
      {"line ends in an argument", {"a\nb"}, "floorwalker: unknown command \"a b\""},
      {"version with an argument", {"version", "x"}, "floorwalker: version takes no arguments"}};
  check_refused(rows);
}

BOOST_AUTO_TEST_CASE(help_and_version_are_printed_with_exit_code_0) {
  struct row {
    arguments given;
    const char* part;
  };
  const row rows[] = {{{"help"}, "Commands:"},
                      {{"--help"}, "Commands:"},
                      {{"-h"}, "Commands:"},
                      {{"help", "run"}, "--print-audit"},
                      {{"run", "--help"}, "--print-audit"},
                      {{"help", "check"}, "--dump"},
                      {{"check", "-h"}, "--dump"},
                      {{"version"}, "floorwalker 1.2.3\n"},
                      {{"--version"}, "floorwalker 1.2.3\n"}};
  for (auto& [given, part] : rows) BOOST_TEST_CONTEXT(given.front() << " " << given.back()) {
      auto request = parse(given);
      auto* answer = std::get_if<printed_answer>(&request);
      BOOST_REQUIRE(answer);
      BOOST_TEST(answer->exit_code == 0);
      BOOST_TEST(!answer->is_error);
      BOOST_TEST(answer->text.find(part) != std::string::npos);
    }
}

BOOST_AUTO_TEST_CASE(help_names_every_exit_code) {
  for (auto& given : {arguments{"help"}, {"help", "run"}, {"help", "check"}}) {
    auto text = std::get<printed_answer>(parse(given)).text;
    for (auto* code : {"\n  0 ", "\n  1 ", "\n  2 ", "\n  3 ", "\n  4 ", "\n  5 ", "\n  130 "})
      BOOST_TEST(text.find(code) != std::string::npos, given.back() << " lacks" << code);
  }
}

BOOST_AUTO_TEST_CASE(the_file_is_named_with_or_without_an_equals_sign_or_not_at_all) {
  BOOST_TEST(std::get<run_request>(parse({"run", "--config-file=a b.conf"})).config_file.value() == "a b.conf");
  BOOST_TEST(std::get<run_request>(parse({"run", "--config-file", "f.conf"})).config_file.value() == "f.conf");
  BOOST_TEST(!std::get<run_request>(parse({"run"})).config_file.has_value());
  BOOST_TEST(std::get<check_request>(parse({"check", "--config-file=f"})).config_file.value() == "f");
}

BOOST_AUTO_TEST_CASE(flags_are_off_unless_given) {
  BOOST_TEST(!std::get<run_request>(parse({"run"})).print_audit);
  BOOST_TEST(std::get<run_request>(parse({"run", "--print-audit"})).print_audit);
  auto plain = std::get<check_request>(parse({"check"}));
  BOOST_TEST((!plain.online && !plain.dump && !plain.json));
  auto full = std::get<check_request>(parse({"check", "--online", "--json"}));
  BOOST_TEST((full.online && !full.dump && full.json));
}

BOOST_AUTO_TEST_CASE(keys_are_taken_in_their_order_wherever_they_stand) {
  auto run =
      std::get<run_request>(parse({"run", "--floorwalker.log.level=debug", "--config-file", "f",
                                   "--caf.scheduler.max-threads=2", "--floorwalker.node.name=a=b", "--print-audit"}));
  BOOST_TEST(run.config_file.value() == "f");
  BOOST_TEST(run.print_audit);
  BOOST_REQUIRE(run.overrides.size() == 3u);
  BOOST_TEST(run.overrides[0].path == "floorwalker.log.level");
  BOOST_TEST(run.overrides[0].value == "debug");
  BOOST_TEST(run.overrides[1].path == "caf.scheduler.max-threads");
  BOOST_TEST(run.overrides[2].value == "a=b");
}

} // namespace
