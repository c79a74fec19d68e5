// What PostgreSQL refuses for good does not hold up the rest.
#include "tests/runtime/postgres/faulty_path.hpp"
#include "tests/runtime/postgres/postgres_fixture.hpp"

#include <algorithm>
#include <random>

namespace floorwalker {
namespace {

using namespace std::string_literals;
using testing::answer_of;
using testing::database_client;
using testing::postgres_fixture;
using testing::sample_trail;
using testing::whole_group;

std::size_t lines_in(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(dead_letters_of_postgres, postgres_fixture)

BOOST_AUTO_TEST_CASE(a_zero_character_is_a_dead_letter_and_the_rest_is_stored) {
  sample_trail trail;
  trail.add(3).add({.agent = "a-4", .reason = "zero\0inside"s}).add(3).add({.reason = "an escaped \\u0000"});
  auto outlet = make_outlet();
  BOOST_TEST(write(*outlet, 1, {trail.commit()}) == 1u);
  BOOST_TEST(sequences() == "1 2 3 5 6 7 8");
  BOOST_TEST(cursor() == "history acme node-1 1 8");
  BOOST_TEST(lines_in(dead_letters()) == 1u);
  BOOST_TEST(
      dead_letters().find("\"reason\":\"PostgreSQL can't store the character \\\\u0000\",\"node\":\"node-1\","
                          "\"epoch\":1,\"record\":{\"timestamp\":\"2026-11-23T10:00:04.000Z\",\"agentId\":\"a-4\"") !=
      std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_only_the_server_finds_is_found_by_halving) {
  sample_trail trail;
  for (int i = 1; i <= 500; ++i) {
    auto bad = i == 1 || i == 77 || i == 78 || i == 500;
    trail.add({.agent = bad ? "bad \xC3" : "good"}); // no UTF-8
  }
  auto outlet = make_outlet();
  BOOST_TEST(write(*outlet, 1, {trail.commit()}) == 4u);
  BOOST_TEST(count() == "496");
  BOOST_TEST(cursor() == "history acme node-1 1 500");
  BOOST_TEST(lines_in(dead_letters()) == 4u);
  BOOST_TEST(dead_letters().find("PostgreSQL refuses it: invalid byte sequence for encoding") != std::string::npos);
  BOOST_TEST(dead_letters().find("(SQLSTATE 22021)") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_value_beyond_a_limit_of_the_server_is_a_dead_letter) {
  sample_trail trail;
  std::minstd_rand random; // what compresses well would fit
  std::string long_name;
  for (int i = 0; i < 9000; ++i) long_name += static_cast<char>('A' + random() % 58);
  trail.add().add({.agent = long_name}).add(); // more than an index takes
  auto outlet = make_outlet();
  BOOST_TEST(write(*outlet, 1, {trail.commit()}) == 1u);
  BOOST_TEST(sequences() == "1 3");
  BOOST_TEST(dead_letters().find("(SQLSTATE 54000)") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_constraint_that_somebody_added_refuses_records_too) {
  auto outlet = make_outlet();
  sample_trail trail;
  write(*outlet, 1, {trail.add().commit()});
  database_client{}.run("ALTER TABLE " + settings.table + " ADD CHECK (current_state <> 'forbidden')");
  BOOST_TEST(write(*outlet, 2, {trail.add().add({.current = "forbidden"}).add().commit()}) == 1u);
  BOOST_TEST(sequences() == "1 2 4");
  BOOST_TEST(dead_letters().find("(SQLSTATE 23514)") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_group_of_dead_letters_only_moves_the_cursor) {
  auto outlet = make_outlet();
  BOOST_TEST(write(*outlet, 1, {sample_trail{}.add({.reason = "\0"s}).commit()}) == 1u);
  BOOST_TEST(sequences() == "");
  BOOST_TEST(cursor() == "history acme node-1 1 1");
}

BOOST_AUTO_TEST_CASE(a_group_that_is_given_again_refuses_nothing_twice) {
  testing::faulty_path path{testing::server().socket()};
  settings.connection = path.host_and_port() + " dbname=postgres user=floor";
  sample_trail trail;
  write(*make_outlet(), 1, {trail.add().commit()});
  auto group = whole_group({trail.add().add({.agent = "bad \xC3"}).add({.reason = "\0"s}).commit()});
  auto outlet = make_outlet();
  path.lose_next_commit();
  auto failed = answer_of(*outlet, 1, group);
  BOOST_TEST(failed.problem != "");
  auto written = answer_of(*outlet, 1, group);
  BOOST_TEST(written.problem == "");
  BOOST_TEST(failed.refused + written.refused == 2u);
  BOOST_TEST(lines_in(dead_letters()) == 2u);
  BOOST_TEST(sequences() == "1 2");
}

BOOST_AUTO_TEST_CASE(without_dead_letters_nothing_is_written) {
  testing::put(folder / "sinks", "in the way");
  auto outlet = make_outlet();
  auto answer = answer_of(*outlet, 1, whole_group({sample_trail{}.add().add({.reason = "\0"s}).commit()}));
  BOOST_TEST(answer.problem.starts_with("cannot write to PostgreSQL: cannot make "));
  BOOST_TEST(answer.refused == 0u);
  BOOST_TEST(sequences() == "");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace floorwalker
