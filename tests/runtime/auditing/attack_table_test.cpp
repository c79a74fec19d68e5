#include "tests/runtime/auditing/attack_table.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_CASE(every_manipulation_is_found_and_located) {
  for (auto& row : floorwalker::testing::run_attacks(2026, 20)) BOOST_TEST_CONTEXT(row.name) {
      BOOST_TEST(row.places == 20);
      BOOST_TEST(row.found == row.places);
      BOOST_TEST(row.located == row.places);
      for (auto& missed : row.missed) BOOST_ERROR(missed);
    }
}
