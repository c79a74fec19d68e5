#include "runtime/configuration/matrix_file.hpp"

#include <boost/test/unit_test.hpp>

using namespace floorwalker;

BOOST_AUTO_TEST_SUITE(matrix_file)

BOOST_AUTO_TEST_CASE(a_matrix_is_read_in_both_forms_of_a_tenants_rules) {
  auto around = process_surroundings();
  auto block = read_matrix_text("f", "state-matrix {\n  busy = [\"wrap-up\"]\n  wrap-up = []\n}\n", around);
  BOOST_TEST(block.problems.empty());
  BOOST_TEST((block.matrix == state_matrix{{"busy", {"wrap-up"}}, {"wrap-up", {}}}));
  auto pairs = read_matrix_text("f", R"(transitions = [["After Call", "busy"], ["busy", "After Call"]])", around);
  BOOST_TEST(pairs.problems.empty());
  BOOST_TEST((pairs.matrix == state_matrix{{"After Call", {"busy"}}, {"busy", {"After Call"}}}));
}

BOOST_AUTO_TEST_CASE(what_is_no_matrix_is_refused_with_its_place) {
  struct row {
    const char* text;
    const char* where;
    const char* what;
  };
  const row rows[] = {{"", "f", "no state matrix"},
                      {"state-matrix {\n  busy = [\"wrap-up\"]\n}", "f:2:", "what may follow it is not said"},
                      {"state-matrix {", "f:1:", ""},
                      {"state-matrx { busy = [] }", "f:1:1: state-matrx", "did you mean state-matrix?"},
                      {"floorwalker { log { level = \"info\" } }", "f:1:1: floorwalker", "unknown key"},
                      {"transitions = [[\"busy\"]]", "f:1:", ""}};
  for (auto& [text, where, what] : rows) BOOST_TEST_CONTEXT(text) {
      auto read = read_matrix_text("f", text, process_surroundings());
      BOOST_REQUIRE(!read.problems.empty());
      BOOST_TEST(read.problems.front().where.starts_with(where), read.problems.front().to_line());
      BOOST_TEST(read.problems.front().what.find(what) != std::string::npos, read.problems.front().to_line());
    }
}

BOOST_AUTO_TEST_CASE(a_matrix_file_that_is_not_there_is_a_problem) {
  auto read = load_matrix_file("/nowhere/rules.conf", process_surroundings());
  BOOST_REQUIRE(read.problems.size() == 1u);
  BOOST_TEST(read.problems.front().to_line().find("/nowhere/rules.conf: cannot read") == 0u);
}

BOOST_AUTO_TEST_SUITE_END()
