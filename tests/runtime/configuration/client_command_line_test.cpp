#include "tests/runtime/configuration/parsed_arguments.hpp"

namespace {

using namespace floorwalker;
using namespace floorwalker::testing;

constexpr auto agent = "550e8400-e29b-41d4-a716-446655440000";

BOOST_AUTO_TEST_CASE(a_client_command_asks_the_node_on_this_machine_unless_told_otherwise) {
  auto status = std::get<status_request>(parse({"status"}));
  BOOST_TEST(status.node.url == "http://127.0.0.1:8080");
  BOOST_TEST((status.tenant.empty() && !status.agent && !status.json));
  BOOST_TEST((status.node.token_file.empty() && status.node.ca_file.empty()));
  auto watch = std::get<watch_request>(parse({"watch"}));
  BOOST_TEST(watch.node.url == "http://127.0.0.1:8080");
  BOOST_TEST(watch.tenant.empty());
}

BOOST_AUTO_TEST_CASE(every_option_of_a_client_command_arrives) {
  auto status = std::get<status_request>(parse(
      {"status", agent, "--url=https://floor.example", "--tenant", "acme", "--token-file=t", "--ca-file=c", "--json"}));
  BOOST_TEST(status.agent.value() == agent);
  BOOST_TEST(status.node.url == "https://floor.example");
  BOOST_TEST(status.tenant == "acme");
  BOOST_TEST(status.node.token_file == "t");
  BOOST_TEST(status.node.ca_file == "c");
  BOOST_TEST(status.json);
  auto trace = std::get<trace_request>(
      parse({"status", "--trace", agent, "--count=3", "--json", "--tenant=acme", "--url=https://floor.example"}));
  BOOST_TEST(trace.agent == agent);
  BOOST_TEST(trace.count == 3u);
  BOOST_TEST((trace.json && trace.tenant == "acme" && trace.node.url == "https://floor.example"));
  BOOST_TEST(std::get<trace_request>(parse({"status", std::string{"--trace="} + agent})).count == 0u);
  auto watch = std::get<watch_request>(parse({"watch", "--url", "http://localhost:1", "--tenant=acme"}));
  BOOST_TEST(watch.node.url == "http://localhost:1");
  BOOST_TEST(watch.tenant == "acme");
}

BOOST_AUTO_TEST_CASE(wrong_usage_of_a_client_command_is_one_line_and_exit_code_2) {
  const usage_row rows[] = {
      {"no agent's id", {"status", "Anna"}, "floorwalker: status: AGENT expects an agent's id"},
      {"an empty agent", {"status", ""}, "floorwalker: status: AGENT expects an agent's id"},
      {"two agents", {"status", agent, agent}, "floorwalker: status: "},
      {"an agent to watch", {"watch", agent}, "floorwalker: watch: "},
      {"no agent to trace", {"status", "--trace=Anna"}, "floorwalker: status: --trace expects an agent's id"},
      {"an empty agent to trace", {"status", "--trace="}, "floorwalker: status: --trace"},
      {"an agent twice", {"status", agent, "--trace", agent}, "floorwalker: status: AGENT and --trace"},
      {"a count of nothing", {"status", "--count=3"}, "floorwalker: status: --count goes with --trace"},
      {"none of them", {"status", "--trace", agent, "--count=0"}, "floorwalker: status: --count expects a number"},
      {"fewer than none", {"status", "--trace", agent, "--count=-1"}, "floorwalker: status: --count expects a number"},
      {"a trace to watch", {"watch", "--trace", agent}, "floorwalker: watch: "},
      {"JSON in a terminal", {"watch", "--json"}, "floorwalker: watch: "},
      {"a token as an argument", {"status", "--token=secret"}, "floorwalker: status: "},
      {"a tenant with a slash", {"status", "--tenant=../x"}, "floorwalker: status: --tenant expects a tenant's name"},
      {"no tenant's name", {"watch", "--tenant="}, "floorwalker: watch: --tenant"},
      {"no token file", {"watch", "--token-file="}, "floorwalker: watch: --token-file"},
      {"no file of certificates", {"status", "--ca-file="}, "floorwalker: status: --ca-file"}};
  check_refused(rows);
}

BOOST_AUTO_TEST_CASE(wrong_usage_names_the_help_of_its_command) {
  const std::pair<arguments, const char*> rows[] = {
      {{"status", "Anna"}, " (try: floorwalker status --help)\n"},
      {{"watch", "--json"}, " (try: floorwalker watch --help)\n"},
      {{"run", "--fast"}, " (try: floorwalker run --help)\n"},
      {{"check", "--floorwalker.log.level"}, " (try: floorwalker check --help)\n"},
      {{"audit", "verify"}, " (try: floorwalker audit verify --help)\n"},
      {{"audit", "prove"}, " (try: floorwalker audit --help)\n"},
      {{"audit"}, " (try: floorwalker audit --help)\n"},
      {{"token", "give"}, " (try: floorwalker token --help)\n"},
      {{"statsu"}, " (try: floorwalker help)\n"}};
  for (auto& [given, end] : rows) {
    auto text = std::get<printed_answer>(parse(given)).text;
    BOOST_TEST(text.ends_with(end), text);
    arguments help{given.front(), "--help"};
    if (given.front() != "statsu") BOOST_TEST(std::get<printed_answer>(parse(help)).exit_code == 0);
  }
}

BOOST_AUTO_TEST_CASE(help_on_a_client_command_names_its_options_and_exit_codes) {
  for (auto* command : {"status", "watch"})
    for (auto& given : {arguments{command, "--help"}, arguments{"help", command}}) BOOST_TEST_CONTEXT(command) {
        auto answer = std::get<printed_answer>(parse(given));
        BOOST_TEST(answer.exit_code == 0);
        for (auto* part : {"--url=", "--tenant=", "--token-file=", "--ca-file=", "FLOORWALKER_TOKEN", "Exit codes: 0 ",
                           "· 1 ", "· 2 ", "\n3 "})
          BOOST_TEST(answer.text.find(part) != std::string::npos, command << " lacks " << part);
      }
}

} // namespace
