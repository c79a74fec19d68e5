#include "runtime/outlets/delivered_records.hpp"

#include "tests/runtime/outlets/trail_samples.hpp"

#include <boost/test/unit_test.hpp>

namespace floorwalker {
namespace {

using testing::sample_trail;

} // namespace

BOOST_AUTO_TEST_SUITE(records_of_a_group)

BOOST_AUTO_TEST_CASE(every_line_belongs_to_its_record) {
  sample_trail trail{"acme", "node-7", 3, 40};
  auto first = trail.add({.agent = "a"}).add({.agent = "b"}).commit();
  auto second = trail.add({.agent = "c"}).commit();
  auto records = records_of(*testing::whole_group({first, second}));
  BOOST_REQUIRE(records.size() == 3u);
  std::string agents;
  for (std::size_t i = 0; i < records.size(); ++i) {
    auto& record = records[i];
    BOOST_TEST(record.tenant() == "acme");
    BOOST_TEST(record.node() == "node-7");
    BOOST_TEST(record.epoch() == 3u);
    BOOST_TEST(record.sequence() == 41 + i);
    agents += record.value(record.draft().agent);
    BOOST_TEST(record.line.find("\"sequence\":" + std::to_string(41 + i)) != std::string_view::npos);
    BOOST_TEST(record.line.ends_with('}'));
  }
  BOOST_TEST(agents == "abc");
}

BOOST_AUTO_TEST_CASE(selected_records_take_the_lines_of_the_text) {
  auto batch = sample_trail{}.add(3).commit();
  delivery_group group{{std::make_shared<const std::string>("one\nthree\n"), batch, 2, {0, 2}}};
  auto records = records_of(group);
  BOOST_REQUIRE(records.size() == 2u);
  BOOST_TEST(records[0].line == "one");
  BOOST_TEST(records[0].sequence() == 1u);
  BOOST_TEST(records[1].line == "three");
  BOOST_TEST(records[1].sequence() == 3u);
}

BOOST_AUTO_TEST_CASE(without_a_text_the_line_is_the_audit_entry) {
  auto batch = sample_trail{}.add(2).commit();
  auto records = records_of({{nullptr, batch, 1, {1}}});
  BOOST_REQUIRE(records.size() == 1u);
  BOOST_TEST(records[0].line == batch->positions[1].line.in(batch->lines));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace floorwalker
