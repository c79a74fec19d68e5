#include <boost/test/unit_test.hpp>

#include "simulator/command_line.hpp"

using namespace floorwalker::simulator;
using namespace std::chrono_literals;

namespace {

command_line_result read(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "floorwalker-simulator");
  return read_command_line(static_cast<int>(arguments.size()), arguments.data());
}

} // namespace

BOOST_AUTO_TEST_SUITE(command_line_test)

BOOST_AUTO_TEST_CASE(without_arguments_it_is_a_tls_gateway_for_acme) {
  auto line = read({}).wanted;
  BOOST_TEST_REQUIRE(line.has_value());
  BOOST_TEST(line->wished.port == 8443);
  BOOST_TEST(line->wished.tls);
  BOOST_TEST(line->wished.tenants.size() == 1u);
  BOOST_TEST(line->wished.tls_directory == "var/simulator-tls");
}

BOOST_AUTO_TEST_CASE(options_reach_their_places) {
  auto line = read({"--port",
                    "0",
                    "--plain",
                    "--tenant",
                    "globex:two:2",
                    "--tenant",
                    "acme:one:1",
                    "--agents",
                    "9",
                    "--rate",
                    "0",
                    "--events",
                    "1000000",
                    "--unauthorized",
                    "0.01",
                    "--late-by",
                    "7s",
                    "--timestamps",
                    "offset",
                    "--utc-offset",
                    "-05:30",
                    "--timestamp-digits",
                    "9",
                    "--fault",
                    "drop@each:5",
                    "--drop-every",
                    "45s",
                    "--token-fault",
                    "status:500*2",
                    "--transitions",
                    "on:off",
                    "--transitions",
                    "off:on",
                    "--no-scope",
                    "--run-for",
                    "2s"})
                  .wanted;
  BOOST_TEST_REQUIRE(line.has_value());
  const auto& wished = line->wished;
  BOOST_TEST(!wished.tls);
  BOOST_TEST(wished.tenants[0].id == "globex");
  BOOST_TEST(wished.tenants[1].client_secret == "1");
  BOOST_TEST(wished.pace.events == 1'000'000u);
  BOOST_TEST((wished.oddities.late_by == 7s));
  BOOST_TEST((wished.timestamps.utc_offset == -330min));
  BOOST_TEST(wished.timestamps.digits == 9);
  BOOST_TEST(wished.faults.size() == 2u);
  BOOST_TEST((wished.faults[1].when == trigger_kind::every));
  BOOST_TEST(wished.token_faults.size() == 1u);
  BOOST_TEST(wished.floor.matrix.size() == 2u);
  BOOST_TEST(!wished.token.scope.has_value());
  BOOST_TEST((line->run_for == 2s));
}

BOOST_AUTO_TEST_CASE(wrong_options_exit_with_2_and_say_what_was_expected) {
  struct row {
    std::vector<const char*> arguments;
    std::string_view complaint;
  };
  for (const auto& [arguments, complaint] : {
           row{{"--nonsense"}, "--nonsense"},
           row{{"--rate", "fast"}, "--rate"},
           row{{"--rate", "-1"}, "--rate"},
           row{{"--unauthorized", "2"}, "share from 0 to 1"},
           row{{"--tenant", "acme"}, "expected ID:CLIENT:SECRET"},
           row{{"--tenant", "a:b:c", "--tenant", "a:d:e"}, "given twice"},
           row{{"--address", "0.0.0.0"}, "loopback"},
           row{{"--agent-id", "me"}, "hexadecimal"},
           row{{"--fault", "explode"}, "unknown kind"},
           row{{"--drop-every", "often"}, "no duration"},
           row{{"--transitions", "on:off"}, "no --transitions of its own"},
           row{{"--late-by", "x"}, "--late-by"},
           row{{"--utc-offset", "2"}, "--utc-offset"},
           row{{"--timestamp-digits", "12"}, "0 to 9"},
       }) {
    auto result = read(arguments);
    BOOST_TEST_CONTEXT(arguments[0]) {
      BOOST_TEST(!result.wanted.has_value());
      BOOST_TEST(result.exit_code == 2);
      BOOST_TEST(result.err.find(complaint) != std::string::npos, result.err);
    }
  }
}

BOOST_AUTO_TEST_CASE(all_problems_of_the_values_are_named_at_once) {
  auto result = read({"--address", "10.0.0.1", "--agents", "0"});
  BOOST_TEST(result.err.find("--address") != std::string::npos);
  BOOST_TEST(result.err.find("--agents") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(help_names_every_fault_and_every_control_member) {
  auto result = read({"--help"});
  BOOST_TEST(result.exit_code == 0);
  for (auto kind = 0; kind <= static_cast<int>(fault_kind::fragments); ++kind) {
    auto name = name_of(static_cast<fault_kind>(kind));
    BOOST_TEST(result.out.find(name) != std::string::npos, name);
  }
  for (const auto* part : {"EXAMPLES", "\"change\"", "\"hire\"", "\"expire-tokens\"", "/ledger", "no-access-token"})
    BOOST_TEST(result.out.find(part) != std::string::npos, part);
}

BOOST_AUTO_TEST_SUITE_END()
