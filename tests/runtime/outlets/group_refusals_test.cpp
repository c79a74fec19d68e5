#include "runtime/outlets/group_refusals.hpp"

#include "tests/actors/virtual_floor.hpp"
#include "tests/runtime/outlets/outlet_samples.hpp"
#include "tests/runtime/outlets/trail_samples.hpp"

#include <boost/test/unit_test.hpp>

namespace floorwalker {
namespace {

struct refusing_fixture {
  testing::scratch_folder folder;
  std::vector<committed_batch_ptr> batches{testing::sample_trail{}.add(3).commit()};
  delivery_group_ptr group = testing::whole_group(batches);
  std::vector<delivered_record> records = records_of(*group);
  group_refusals refusals{dead_letter_file{folder / "dead-letters.jsonl", "history"},
                          std::make_shared<testing::virtual_wall_clock>()};

  std::string keep(std::size_t index) {
    std::vector<refusal> one{{index, "too odd"}};
    return refusals.keep(records, one);
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(refusals_of_a_group, refusing_fixture)

BOOST_AUTO_TEST_CASE(a_refused_record_is_a_dead_letter_and_counted_once) {
  refusals.enter(7, 3);
  BOOST_TEST(keep(1) == "");
  BOOST_TEST(refusals.holds(1));
  BOOST_TEST(!refusals.holds(0));
  BOOST_TEST(refusals.take_count() == 1u);
  BOOST_TEST(refusals.take_count() == 0u);
  auto text = testing::content_of(folder / "dead-letters.jsonl");
  BOOST_TEST(text.find("\"reason\":\"too odd\",\"node\":\"node-1\",\"epoch\":1,\"record\":" +
                       std::string{records[1].line}) != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_same_group_remembers_and_the_next_one_does_not) {
  refusals.enter(7, 3);
  BOOST_TEST(keep(1) == "");
  refusals.enter(7, 3);
  BOOST_TEST(refusals.holds(1));
  refusals.enter(8, 3);
  BOOST_TEST(!refusals.holds(1));
}

BOOST_AUTO_TEST_CASE(without_dead_letters_nothing_is_refused) {
  testing::put(folder / "blocked", "");
  group_refusals blocked{dead_letter_file{folder / "blocked/dead-letters.jsonl", "history"},
                         std::make_shared<testing::virtual_wall_clock>()};
  blocked.enter(1, 3);
  std::vector<refusal> one{{0, "too odd"}};
  BOOST_TEST(blocked.keep(records, one) != "");
  BOOST_TEST(!blocked.holds(0));
  BOOST_TEST(blocked.take_count() == 0u);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace floorwalker
