#include "runtime/process/open_files.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdint>

using namespace floorwalker;

BOOST_AUTO_TEST_SUITE(open_files)

BOOST_AUTO_TEST_CASE(http_clients_never_take_the_files_that_the_floor_needs) {
  struct {
    const char* what;
    std::uint32_t wanted;
    std::uint64_t needed;
    std::uint64_t limit;
    std::uint32_t fitting;
  } const rows[] = {
      {"there is room for all", 2048, 300, 65'536, 2048},
      {"just room for all", 2048, 300, 2048 + 300 + 128, 2048},
      {"one too many", 2048, 300, 2048 + 300 + 127, 2047},
      {"the floor needs nearly everything", 2048, 1'000, 1'024, 16},
      {"the limit is unknown", 2048, 300, 0, 16},
  };
  for (const auto& row : rows) BOOST_TEST_CONTEXT(row.what) {
      BOOST_TEST(connections_that_fit(row.wanted, row.needed, row.limit) == row.fitting);
    }
}

BOOST_AUTO_TEST_SUITE_END()
