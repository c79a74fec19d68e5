// The statements of docs/sinks.md do what the page says.
#include "tests/runtime/postgres/postgres_fixture.hpp"

#include <algorithm>
#include <sstream>

namespace floorwalker {
namespace {

using testing::database_client;
using testing::postgres_fixture;
using testing::sample_trail;

/// The page's blocks of code that begin with `word`.
std::vector<std::string> blocks_of_the_page(const std::string& word) {
  auto page = testing::content_of(std::string{FLOORWALKER_SOURCE_DIR} + "/docs/sinks.md");
  std::vector<std::string> blocks;
  std::istringstream lines{page};
  std::string block;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("    ")) {
      block += line.substr(4) + '\n';
    } else {
      if (block.starts_with(word)) blocks.push_back(block);
      block.clear();
    }
  }
  if (block.starts_with(word)) blocks.push_back(block);
  return blocks;
}

struct page_fixture : postgres_fixture {
  page_fixture() {
    settings.table = "contact.transitions";
    database_client{}.run("CREATE SCHEMA contact");
  }
  ~page_fixture() { database_client{}.run("DROP SCHEMA contact CASCADE"); }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(page, page_fixture)

BOOST_AUTO_TEST_CASE(the_examples_answer_their_questions) {
  const std::string agent = "550e8400-e29b-41d4-a716-446655440000";
  sample_trail trail;
  trail.begin_at(std::chrono::sys_days{std::chrono::year{2026} / 3 / 2} + std::chrono::hours{22});
  trail.add({.agent = agent}); // still the second of March in Berlin
  trail.begin_at(std::chrono::sys_days{std::chrono::year{2026} / 3 / 2} + std::chrono::minutes{23 * 60 + 30});
  trail.add({.agent = agent, .valid = false}).add({.agent = agent}).add({.agent = "another"});
  trail.add_interrupted("another");
  write(*make_outlet(), 1, {trail.commit()});
  auto queries = blocks_of_the_page("SELECT");
  BOOST_REQUIRE(queries.size() == 4u);
  database_client client;
  BOOST_TEST(client.rows(queries[0]).size() == 2u);
  auto accuracy = client.rows(queries[1]);
  BOOST_REQUIRE(accuracy.size() == 1u);
  BOOST_TEST(accuracy[0][2] == "4");
  BOOST_TEST(accuracy[0][3] == "75.00");
  auto interruptions = client.rows(queries[2]);
  BOOST_REQUIRE(interruptions.size() == 1u);
  BOOST_TEST(interruptions[0][1] == "lost connection");
  BOOST_TEST(interruptions[0][2] == "[\"another\"]");
  BOOST_TEST(client.rows(queries[3]).empty());
  client.run("DELETE FROM contact.transitions WHERE sequence IN (2, 3)");
  auto missing = client.rows(queries[3]);
  BOOST_REQUIRE(missing.size() == 1u);
  BOOST_TEST(missing[0][3] == "2");
  BOOST_TEST(missing[0][4] == "2");
}

BOOST_AUTO_TEST_CASE(the_grants_are_enough) {
  sample_trail trail;
  write(*make_outlet(), 1, {trail.add().commit()});
  auto grants = blocks_of_the_page("GRANT");
  BOOST_REQUIRE(grants.size() == 1u);
  database_client admin;
  admin.run("CREATE ROLE floorwalker LOGIN");
  admin.run(grants[0]);
  settings.connection = "host=" + testing::server().folder().string() + " dbname=postgres user=floorwalker";
  write(*make_outlet(), 1, {trail.add().commit()});
  settings.name = "another"; // with a cursor that is to be made
  write(*make_outlet(), 1, {sample_trail{"acme", "node-2"}.add().commit()});
  BOOST_TEST(count() == "3");
  admin.run("DROP OWNED BY floorwalker; DROP ROLE floorwalker");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace floorwalker
