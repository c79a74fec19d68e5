#include "actors/root/process_course.hpp"

#include <boost/test/unit_test.hpp>

#include <vector>

namespace floorwalker {
namespace {

struct report {
  const char* tenant;
  tenant_condition condition;
  failure_cause cause = failure_cause::none;
};

const auto failed = tenant_condition::failed;

const struct {
  const char* sentence;
  std::vector<const char*> expected;
  std::vector<report> reports;
  int exit_code; ///< after the last report; -1: it goes on
} rows[] = {
    {"a tenant that runs keeps the process going", {"a"}, {{"a", tenant_condition::running}}, -1},
    {"too many agents", {"a"}, {{"a", failed, failure_cause::configuration}}, 2},
    {"rejected credentials", {"a"}, {{"a", failed, failure_cause::credentials}}, 3},
    {"no listener left", {"a"}, {{"a", failed, failure_cause::listeners}}, 4},
    {"a part that crashed again and again", {"a"}, {{"a", failed, failure_cause::internal}}, 1},
    {"another tenant that has not said anything yet still counts",
     {"a", "b"},
     {{"a", failed, failure_cause::credentials}},
     -1},
    {"one that is degraded goes on",
     {"a", "b"},
     {{"b", tenant_condition::degraded}, {"a", failed, failure_cause::credentials}},
     -1},
    {"a damaged trail", {"a"}, {{"a", tenant_condition::audit_damaged, failure_cause::audit}}, 5},
    {"a damaged trail among tenants that run",
     {"a", "b"},
     {{"a", tenant_condition::audit_damaged, failure_cause::audit}, {"b", tenant_condition::running}},
     -1},
    {"a trail that can't be written heals, so the process goes on",
     {"a"},
     {{"a", tenant_condition::audit_unavailable}},
     -1},
    {"a damaged trail and then rejected credentials",
     {"a", "b"},
     {{"a", tenant_condition::audit_damaged, failure_cause::audit}, {"b", failed, failure_cause::credentials}},
     3},
    {"with mixed causes the last one counts",
     {"a", "b"},
     {{"a", failed, failure_cause::credentials}, {"b", failed, failure_cause::listeners}},
     4},
    {"in the other order too",
     {"a", "b"},
     {{"b", failed, failure_cause::listeners}, {"a", failed, failure_cause::credentials}},
     3},
};

} // namespace

BOOST_AUTO_TEST_SUITE(process)

BOOST_AUTO_TEST_CASE(the_process_ends_when_no_tenant_is_left) {
  for (auto& row : rows) BOOST_TEST_CONTEXT(row.sentence) {
      process_course course;
      for (auto name : row.expected) course.expect(name);
      std::optional<int> code;
      for (auto& said : row.reports) {
        BOOST_TEST(!code.has_value());
        code = course.reported(said.tenant, said.condition, said.cause);
      }
      BOOST_TEST(code.value_or(-1) == row.exit_code);
    }
}

BOOST_AUTO_TEST_CASE(a_tenant_that_was_removed_counts_no_more) {
  process_course course;
  for (auto tenant : {"a", "b"}) course.expect(tenant);
  course.reported("a", failed, failure_cause::credentials);
  BOOST_TEST(course.failed() == std::vector<std::string>{"a"}, boost::test_tools::per_element());
  course.forget("a");
  BOOST_TEST(course.failed().empty());
  BOOST_TEST((course.reported("a", failed, failure_cause::credentials) == std::nullopt)); // its last word
  BOOST_TEST((course.reported("b", failed, failure_cause::listeners) == 4));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace floorwalker
