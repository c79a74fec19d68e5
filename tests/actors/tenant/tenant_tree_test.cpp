#include "actors/tenant/tenant_tree.hpp"

#include <boost/test/unit_test.hpp>

namespace floorwalker {
namespace {

const struct {
  const char* sentence;
  listener_counts counts;
  const char* condition;
  bool begins = false;
} rows[] = {
    {"nothing is planned yet", {}, "starting"},
    {"every listener is still connecting", {.reconnecting = 3}, "starting", true},
    {"some are, and others are subscribed", {.active = 2, .reconnecting = 3}, "starting", true},
    {"one that has stopped will not come, however early it is", {.reconnecting = 2, .stopped = 1}, "degraded", true},
    {"every listener has lost its connection", {.reconnecting = 3}, "degraded"},
    {"every listener is subscribed", {.active = 3}, "running"},
    {"a paused listener is subscribed", {.active = 2, .paused = 1}, "running"},
    {"one is missing", {.active = 2, .reconnecting = 1}, "degraded"},
    {"one has stopped", {.active = 2, .stopped = 1}, "degraded"},
    {"none is subscribed and one has stopped", {.reconnecting = 2, .stopped = 1}, "degraded"},
};

} // namespace

BOOST_AUTO_TEST_SUITE(tree)

BOOST_AUTO_TEST_CASE(a_tenants_condition_follows_from_its_listeners) {
  for (auto& row : rows)
    BOOST_TEST_CONTEXT(row.sentence) BOOST_TEST(to_text(condition_of(row.counts, row.begins)) == row.condition);
}

BOOST_AUTO_TEST_CASE(the_children_stand_in_their_order) {
  for (std::size_t i = 0; i < tenant_children.size(); ++i)
    BOOST_TEST(static_cast<std::size_t>(tenant_children[i].child) == i);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace floorwalker
