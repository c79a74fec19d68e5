#include "runtime/webhook/request_plan.hpp"

#include "tests/runtime/webhook/hook_samples.hpp"

#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

namespace {

using namespace floorwalker;
using testing::batch_from;
using testing::delivery_of;

/// "tenant node epoch first-last records" of each request.
std::vector<std::string> outline(const delivery_group& group, const request_bounds& bounds = {}) {
  std::vector<std::string> lines;
  for (auto& [range, records] : plan_requests(group, bounds))
    lines.push_back(std::string{range.tenant} + ' ' + std::string{range.node} + ' ' + std::to_string(range.epoch) +
                    ' ' + std::to_string(range.first_sequence) + '-' + std::to_string(range.last_sequence) + ' ' +
                    std::to_string(records.size()));
  return lines;
}

using lines = std::vector<std::string>;

} // namespace

BOOST_AUTO_TEST_SUITE(request_plans)

BOOST_AUTO_TEST_CASE(deliveries_of_a_tenant_share_a_request) {
  BOOST_TEST(outline({delivery_of(1, 3), delivery_of(4, 1), delivery_of(5, 2)}) == lines{"acme node-1 1 1-6 6"},
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_request_has_no_more_records_than_its_bound) {
  BOOST_TEST(outline({delivery_of(1, 3), delivery_of(4, 4)}, {.records = 3}) ==
                 (lines{"acme node-1 1 1-3 3", "acme node-1 1 4-6 3", "acme node-1 1 7-7 1"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_request_has_no_more_bytes_than_its_bound_unless_a_record_has) {
  auto group = delivery_group{delivery_of(batch_from(1, 5), {0, 1, 2, 3, 4}, 40),
                              delivery_of(batch_from(6, 1), {0}, 200), delivery_of(batch_from(7, 2), {0, 1}, 40)};
  BOOST_TEST(outline(group, {.bytes = 80}) ==
                 (lines{"acme node-1 1 1-2 2", "acme node-1 1 3-4 2", "acme node-1 1 5-5 1", "acme node-1 1 6-6 1",
                        "acme node-1 1 7-8 2"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(tenants_nodes_and_epochs_are_told_apart_and_keep_their_order) {
  delivery_group group{delivery_of(1, 1, {.tenant = "acme"}),   delivery_of(1, 2, {.tenant = "globex"}),
                       delivery_of(2, 1, {.tenant = "acme"}),   delivery_of(3, 1, {.tenant = "acme", .epoch = 2}),
                       delivery_of(3, 1, {.tenant = "globex"}), delivery_of(9, 1, {.node = "node-2"})};
  BOOST_TEST(outline(group, {.records = 2}) ==
                 (lines{"acme node-1 1 1-2 2", "globex node-1 1 1-2 2", "acme node-1 2 3-3 1", "globex node-1 1 3-3 1",
                        "acme node-2 1 9-9 1"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(selected_records_have_the_sequences_of_their_batch) {
  BOOST_TEST(outline({delivery_of(batch_from(11, 9), {1, 4, 7}, 2)}, {.records = 2}) ==
                 (lines{"acme node-1 1 12-15 2", "acme node-1 1 18-18 1"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_body_names_its_records_for_good) {
  delivery_group group{delivery_of(7, 2, {"acme", "node-1", 3})};
  auto body = body_of(plan_requests(group, {}).at(0));
  BOOST_TEST(body == R"({"tenantId":"acme","node":"node-1","epoch":3,"firstSequence":7,"lastSequence":8,"records":[)"
                     R"({"sequence":7,"agentId":"a-1"},{"sequence":8,"agentId":"a-1"}]})");
  BOOST_TEST(boost::json::parse(body).at("records").as_array().size() == 2u);
}

BOOST_AUTO_TEST_SUITE_END()
