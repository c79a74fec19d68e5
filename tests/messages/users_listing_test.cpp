#include "messages/wire/users_listing.hpp"

#include <boost/test/unit_test.hpp>

namespace {

using namespace floorwalker;
using namespace floorwalker::wire;

constexpr std::string_view id = "550E8400-e29b-41d4-a716-446655440000";

std::string row_with(std::string_view members) {
  return R"({"entities":[{"id":"550E8400-e29b-41d4-a716-446655440000")" + std::string{members} + "}]}";
}

users_page page_of(std::string_view body) {
  auto parsed = parse_users_page(body);
  BOOST_TEST_REQUIRE(std::holds_alternative<users_page>(parsed), body);
  return std::get<users_page>(parsed);
}

} // namespace

BOOST_AUTO_TEST_SUITE(users_listings)

BOOST_AUTO_TEST_CASE(a_page_is_read_row_by_row) {
  auto page = page_of(R"({"entities":[
    {"id":"550E8400-e29b-41d4-a716-446655440000","name":"Ada","state":"available","team":{"id":"7","name":"Day"},"x":1},
    {"id":"00000000-0000-0000-0000-000000000000"}],"pageNumber":2,"pageSize":100,"pageCount":3,"total":202})");
  BOOST_TEST(page.page_number == 2u);
  BOOST_TEST(page.page_count == 3u);
  BOOST_TEST(page.skipped == 0u);
  BOOST_TEST_REQUIRE(page.agents.size() == 2u);
  BOOST_TEST(page.agents[0].who->id() == id);
  BOOST_TEST(page.agents[0].who->key() == "550e8400-e29b-41d4-a716-446655440000");
  BOOST_TEST(page.agents[0].who->name() == "Ada");
  BOOST_TEST(page.agents[0].who->team() == "Day");
  BOOST_TEST(page.agents[0].state.value() == "available");
  BOOST_TEST(page.agents[1].who->name() == "");
  BOOST_TEST(page.agents[1].who->team() == "");
  BOOST_TEST(!page.agents[1].state.has_value());
}

BOOST_AUTO_TEST_CASE(an_empty_listing_is_a_page) {
  auto page = page_of(R"({"entities":[]})");
  BOOST_TEST(page.agents.empty());
  BOOST_TEST(page.page_number == 0u);
  BOOST_TEST(page.page_count == 0u);
}

BOOST_AUTO_TEST_CASE(rows_that_name_no_agent_are_skipped_and_counted) {
  auto page = page_of(R"({"entities":[null,5,"x",[],{},{"id":null},{"id":7},{"id":""},{"id":"agent-1"},
    {"id":"550e8400-e29b-41d4-a716-446655440000"}]})");
  BOOST_TEST(page.agents.size() == 1u);
  BOOST_TEST(page.skipped == 9u);
}

BOOST_AUTO_TEST_CASE(what_a_row_says_amiss_counts_as_not_said) {
  struct row {
    const char* sentence;
    std::string members;
    std::string_view state;
  };
  const row rows[] = {
      {"no state", "", ""},
      {"a state of null", R"(,"state":null)", ""},
      {"an empty state", R"(,"state":"")", ""},
      {"a state that is a number", R"(,"state":1)", ""},
      {"a state that is an object", R"(,"state":{"name":"busy"})", ""},
      {"a state of 129 bytes", R"(,"state":")" + std::string(129, 's') + "\"", ""},
      {"a state beside a team that is a word", R"(,"team":"Day","state":"busy")", "busy"},
      {"a state beside a name of null", R"(,"name":null,"state":"busy")", "busy"},
      {"a state beside a team whose name is a number", R"(,"team":{"name":1},"state":"busy")", "busy"},
  };
  for (const auto& each : rows) BOOST_TEST_CONTEXT(each.sentence) {
      auto page = page_of(row_with(each.members));
      BOOST_TEST_REQUIRE(page.agents.size() == 1u);
      BOOST_TEST(page.agents[0].state.value_or("") == each.state);
      BOOST_TEST(page.agents[0].state.has_value() == !each.state.empty());
      BOOST_TEST(page.agents[0].who->name() == "");
      BOOST_TEST(page.agents[0].who->team() == "");
    }
  auto longest = page_of(row_with(R"(,"state":")" + std::string(128, 's') + "\""));
  BOOST_TEST(longest.agents[0].state.value() == std::string(128, 's'));
}

BOOST_AUTO_TEST_CASE(what_is_no_page_says_why) {
  struct row {
    const char* sentence;
    std::string body;
    std::string problem; ///< what the clause begins with
  };
  const row rows[] = {
      {"nothing", "", "not JSON: "},
      {"a page for people", "<html>", "not JSON: "},
      {"a page that breaks off", R"({"entities":[)", "not JSON: "},
      {"bytes after the page", R"({"entities":[]}x)", "not JSON: "},
      {"nesting without end", std::string(100'000, '['), "not JSON: "},
      {"an array", "[]", "not a JSON object"},
      {"null", "null", "not a JSON object"},
      {"no entities", R"({"pageCount":1})", "entities is missing"},
      {"entities of null", R"({"entities":null})", "entities is missing"},
      {"entities in an object", R"({"entities":{}})", "entities is no array"},
      {"a negative number of pages", R"({"entities":[],"pageCount":-1})",
       "pageCount: expected an integer from 0 to 10000, found -1"},
      {"half a page", R"({"entities":[],"pageCount":1.5})",
       "pageCount: expected an integer from 0 to 10000, found 1.5E0"},
      {"a number of pages in a string", R"({"entities":[],"pageCount":"3"})",
       "pageCount: expected an integer from 0 to 10000, found \"3\""},
      {"more pages than are believed", R"({"entities":[],"pageCount":10001})",
       "pageCount: expected an integer from 0 to 10000, found 10001"},
      {"pages beyond 64 bits", R"({"entities":[],"pageCount":1e300})", "pageCount: expected an integer"},
      {"a page number beyond 63 bits", R"({"entities":[],"pageNumber":18446744073709551615})",
       "pageNumber: expected an integer"},
  };
  for (const auto& each : rows) BOOST_TEST_CONTEXT(each.sentence) {
      auto parsed = parse_users_page(each.body);
      BOOST_TEST_REQUIRE(std::holds_alternative<std::string>(parsed));
      auto problem = std::get<std::string>(parsed);
      BOOST_TEST(problem.starts_with(each.problem), problem);
    }
  BOOST_TEST(page_of(R"({"entities":[],"pageCount":10000})").page_count == 10'000u);
  BOOST_TEST(page_of(R"({"entities":[],"pageCount":2.0,"pageNumber":null})").page_count == 2u);
}

BOOST_AUTO_TEST_CASE(an_agent_id_has_one_form) {
  BOOST_TEST(is_agent_id(id));
  BOOST_TEST(is_agent_id("00000000-0000-0000-0000-000000000000"));
  BOOST_TEST(is_agent_id("ffffffff-FFFF-0fFf-ffff-ffffffffffff"));
  for (std::string_view wrong :
       {"", "550e8400", "550e8400e29b41d4a716446655440000", "550e8400-e29b-41d4-a716-44665544000",
        "550e8400-e29b-41d4-a716-4466554400000", "550e8400-e29b-41d4-a716-44665544000g",
        "550e8400-e29b-41d4-a716_446655440000", "550e840-0e29b-41d4-a716-446655440000",
        "{550e8400-e29b-41d4-a716-4466554400}", "550e8400-e29b-41d4-a716-44665544000 "})
    BOOST_TEST(!is_agent_id(wrong), wrong);
}

BOOST_AUTO_TEST_CASE(a_page_is_asked_for_by_number) {
  BOOST_TEST(users_page_target("/api/v2/users", 100, 1) == "/api/v2/users?pageSize=100&pageNumber=1");
  BOOST_TEST(users_page_target("/people", 25, 10'000) == "/people?pageSize=25&pageNumber=10000");
}

BOOST_AUTO_TEST_SUITE_END()
