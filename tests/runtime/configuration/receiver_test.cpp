#include "tests/runtime/configuration/imagined_machine.hpp"

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include <chrono>

namespace {

using namespace floorwalker;
using namespace std::chrono_literals;

imagined_machine machine_with_secrets() {
  imagined_machine machine;
  machine.variables.emplace("PAGER", "Bearer x");
  machine.files["f"] = {};
  return machine;
}

std::string text_with(const std::string& entries) {
  return fmt::format("floorwalker {{ alerting {{ r {{ {} }} }} }}", entries);
}

struct problem_row {
  const char* sentence;
  const char* entries; ///< inside floorwalker.alerting.r
  const char* problem; ///< begins so, below floorwalker.alerting.r; "": none
};

const problem_row rows[] = {
    {"an Alertmanager", "type = \"alertmanager\", url = \"https://am.example:9093\"", ""},
    {"an Alertmanager on this machine", "type = \"alertmanager\", url = \"http://127.0.0.1:9093/prefix\"", ""},
    {"an Alertmanager with all that it may have",
     "type = \"alertmanager\", url = \"https://am\", tenants = [\"default\"], authorization-env = \"PAGER\", "
     "ca-file = \"f\", timeout = 5s, resend-interval = 30s, wallboard = \"https://wall.example/\"",
     ""},
    {"a webhook",
     "type = \"webhook\", url = \"https://h.example/x?y=1\", secret-env = \"PAGER\", include-pending = true", ""},
    {"no type", "url = \"https://am\"", "type: missing: expected one of \"alertmanager\", \"webhook\""},
    {"an unknown type", "type = \"email\", url = \"https://am\"",
     "type: expected one of \"alertmanager\", \"webhook\""},
    {"no address", "type = \"alertmanager\"", "url: missing"},
    {"an address in clear", "type = \"alertmanager\", url = \"http://am.example:9093\"",
     "url: http:// is for loopback addresses only"},
    {"an Alertmanager with a query", "type = \"alertmanager\", url = \"https://am/?a=b\"",
     "url: expected an Alertmanager's address without a query"},
    {"a webhook on this machine that would always be refused", "type = \"webhook\", url = \"http://localhost/x\"",
     "url: a loopback address needs allow-private-targets = true"},
    {"a key of the other type", "type = \"webhook\", url = \"https://h\", resend-interval = 1min",
     "resend-interval: this key is for receivers of type alertmanager, this one's is webhook"},
    {"an unknown key", "type = \"webhook\", url = \"https://h\", secret-fil = \"f\"",
     "secret-fil: unknown key, did you mean secret-file?"},
    {"a secret in the file", "type = \"alertmanager\", url = \"https://am\", token = \"x\"",
     "token: a secret never stands in the file"},
    {"two sources of one header",
     "type = \"alertmanager\", url = \"https://am\", authorization-env = \"PAGER\", authorization-file = \"f\"",
     "authorization-file: expected either this key or authorization-env, found both"},
    {"a tenant that is none", "type = \"webhook\", url = \"https://h\", tenants = [\"defalt\"]",
     "tenants[0]: there is no tenant \"defalt\", did you mean default?"},
    {"an interval of nothing", "type = \"alertmanager\", url = \"https://am\", resend-interval = 1ms",
     "resend-interval: expected"},
};

BOOST_AUTO_TEST_SUITE(receivers)

BOOST_AUTO_TEST_CASE(a_receiver_is_read_or_refused_with_its_key) {
  auto machine = machine_with_secrets();
  for (const auto& row : rows) BOOST_TEST_CONTEXT(row.sentence) {
      auto problems = machine.problems(text_with(row.entries));
      if (std::string_view{row.problem}.empty()) {
        BOOST_TEST(problems.empty(), joined(problems));
        continue;
      }
      BOOST_REQUIRE_MESSAGE(problems.size() == 1u, joined(problems));
      BOOST_TEST(contains(problems[0], std::string{"floorwalker.alerting.r."} + row.problem), problems[0]);
    }
}

BOOST_AUTO_TEST_CASE(a_name_that_is_no_receiver_s_is_refused) {
  auto problems = machine_with_secrets().problems("floorwalker { alerting = 3 }");
  BOOST_REQUIRE(problems.size() == 1u);
  BOOST_TEST(contains(problems[0], "floorwalker.alerting: expected a block"), problems[0]);
}

BOOST_AUTO_TEST_CASE(several_receivers_of_a_type_may_be_listed_and_keep_what_was_set) {
  auto result = machine_with_secrets().read(R"(floorwalker { alerting {
    first { type = "alertmanager", url = "https://am-1:9093" }
    second { type = "alertmanager", url = "https://am-2:9093", resend-interval = 30s, wallboard = "https://wall/" }
    hook { type = "webhook", url = "https://h/x", include-pending = true, tenants = ["default"] }
  } })");
  BOOST_REQUIRE(result.problems.empty());
  const auto& receivers = result.configuration.alerting;
  BOOST_REQUIRE(receivers.size() == 3u);
  BOOST_TEST(receivers[0].name == "first");
  BOOST_TEST((receivers[0].resend_interval == 1min));
  BOOST_TEST(receivers[1].name == "hook");
  BOOST_TEST((receivers[1].type == receiver_type::webhook));
  BOOST_TEST(receivers[1].include_pending);
  BOOST_TEST((receivers[1].tenants == std::vector<std::string>{"default"}));
  BOOST_TEST((receivers[2].resend_interval == 30s));
  BOOST_TEST(receivers[2].wallboard == "https://wall/");
}

BOOST_AUTO_TEST_CASE(the_dump_has_the_defaults_of_a_receiver_s_type_and_can_be_read_again) {
  auto machine = machine_with_secrets();
  auto dump = dump_configuration(machine.read(text_with("type = \"alertmanager\", url = \"https://am\"")));
  BOOST_TEST(contains(dump, "resend-interval"), dump);
  BOOST_TEST(!contains(dump, "include-pending"), dump);
  BOOST_TEST(machine.problems(dump).empty(), dump);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
