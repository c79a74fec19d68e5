#include "runtime/configuration/command_line.hpp"

#include <boost/test/unit_test.hpp>

namespace {

using namespace floorwalker;
using arguments = std::vector<std::string>;

command_line_request parse(const arguments& given) { return parse_command_line(given, "1.2.3"); }

BOOST_AUTO_TEST_CASE(token_commands_are_read) {
  auto made = parse({"token", "new", "wall", "--role=viewer", "--tenants=acme,globex", "--tokens-file=t"});
  auto* request = std::get_if<token_command_request>(&made);
  BOOST_REQUIRE(request);
  BOOST_TEST((request->command == token_command::create));
  BOOST_TEST(request->name == "wall");
  BOOST_TEST(request->role == "viewer");
  BOOST_TEST(request->tenants == (arguments{"acme", "globex"}), boost::test_tools::per_element());
  BOOST_TEST(request->tokens_file == "t");
  auto listed = parse({"token", "list", "--json", "--config-file=f.conf"});
  request = std::get_if<token_command_request>(&listed);
  BOOST_REQUIRE(request);
  BOOST_TEST((request->command == token_command::list));
  BOOST_TEST(request->json);
  BOOST_TEST(request->config_file.value_or("") == "f.conf");
  auto revoked = parse({"token", "revoke", "wall"});
  request = std::get_if<token_command_request>(&revoked);
  BOOST_REQUIRE(request);
  BOOST_TEST((request->command == token_command::revoke));
}

BOOST_AUTO_TEST_CASE(wrong_usage_of_token_is_one_line_and_exit_code_2) {
  const arguments rows[] = {{"token"},
                            {"token", "make"},
                            {"token", "new"},
                            {"token", "new", "wall"},
                            {"token", "new", "wall", "--role=king"},
                            {"token", "new", "a/b", "--role=viewer"},
                            {"token", "new", "wall", "--role=viewer", "--tenants=a/b"},
                            {"token", "new", "wall", "--role=viewer", "--tokens-file=t", "--config-file=f"},
                            {"token", "list", "wall"},
                            {"token", "list", "--role=viewer"},
                            {"token", "revoke"},
                            {"token", "revoke", "wall", "--json"}};
  for (const auto& given : rows) BOOST_TEST_CONTEXT(given.back()) {
      auto request = parse(given);
      auto* answer = std::get_if<printed_answer>(&request);
      BOOST_REQUIRE(answer);
      BOOST_TEST(answer->exit_code == 2);
      BOOST_TEST(answer->text.starts_with("floorwalker: token: "), answer->text);
      BOOST_TEST(answer->text.find('\n') == answer->text.size() - 1);
    }
}

BOOST_AUTO_TEST_CASE(help_on_token_says_what_the_roles_may) {
  for (const auto& given :
       {arguments{"help", "token"}, arguments{"token", "--help"}, arguments{"token", "new", "-h"}}) {
    auto request = parse(given);
    auto* answer = std::get_if<printed_answer>(&request);
    BOOST_REQUIRE(answer);
    BOOST_TEST(answer->exit_code == 0);
    BOOST_TEST(answer->text.find("auditor") != std::string::npos);
  }
}

} // namespace
