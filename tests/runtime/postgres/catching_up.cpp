// How fast a sink that is behind catches up. A figure, no rule: run it by its name on a machine that is calm,
//   postgres_test --run_test=catching_up --log_level=message
#include "tests/runtime/postgres/postgres_fixture.hpp"

#include <chrono>

namespace floorwalker {

BOOST_FIXTURE_TEST_CASE(catching_up, testing::postgres_fixture, *boost::unit_test::disabled()) {
  constexpr std::size_t batches_a_group = 8, groups = 12;
  auto outlet = make_outlet();
  testing::sample_trail trail;
  write(*outlet, 1, {trail.add().commit()}); // makes the tables
  std::vector<delivery_group_ptr> all;
  std::size_t records = 0, bytes = 0;
  for (std::size_t i = 0; i < groups; ++i) {
    std::vector<committed_batch_ptr> batches;
    for (std::size_t k = 0; k < batches_a_group; ++k) {
      batches.push_back(testing::mebibyte_of(trail));
      records += batches.back()->positions.size();
      bytes += batches.back()->lines.size();
    }
    all.push_back(testing::whole_group(batches));
  }
  auto begin = std::chrono::steady_clock::now();
  std::uint64_t number = 1;
  for (auto& group : all) BOOST_REQUIRE(testing::answer_of(*outlet, ++number, group).problem.empty());
  std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  BOOST_TEST_MESSAGE(records << " records, " << bytes / records << " bytes each, in " << took.count()
                             << " s: " << static_cast<std::uint64_t>(static_cast<double>(records) / took.count())
                             << " records/s");
  BOOST_TEST(count() == std::to_string(records + 1));
}

} // namespace floorwalker
