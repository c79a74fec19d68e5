#include "messages/wire/json_members.hpp"
#include "runtime/client/status_report.hpp"
#include "runtime/client/transition_lines.hpp"
#include "tests/runtime/client/watched_floor.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

namespace {

using namespace floorwalker;
using namespace floorwalker::testing;

boost::json::object object(std::string_view text) {
  return boost::json::parse(boost::json::string_view{text.data(), text.size()}).as_object();
}

tenant_overview acme() {
  tenant_overview overview;
  overview.tenant = object(R"({"name":"acme","condition":"running","sentence":"","states":[],"timeZone":"UTC"})");
  overview.metrics = object(metrics_json);
  auto floor = watched_floor();
  for (const auto& [id, agent] : floor.agents()) overview.count(agent);
  return overview;
}

BOOST_AUTO_TEST_CASE(an_overview_tells_condition_agents_figures_and_alerts_of_each_tenant) {
  auto first = acme();
  first.alerts.push_back(object(alert_json));
  tenant_overview second;
  second.tenant = object(R"({"name":"beta","condition":"failed","sentence":"The credentials were rejected."})");
  BOOST_TEST(overview_text({first, second}) == R"(acme: running
  agents     3: 1 available, 1 break, 1 busy
  stale      0
  accuracy   99.50 %: 12 of 2,400 transitions unauthorized
  listeners  4 of 5 active
  alerts     1 firing
             Accuracy is 90 %.

beta: failed
  why        The credentials were rejected.
  agents     0
  stale      0
  accuracy   no transition yet
  listeners  0 of 0 active
  alerts     none fires
)");
  BOOST_TEST(overview_text({}) == "no tenant that the token may see\n");
}

BOOST_AUTO_TEST_CASE(the_overview_as_json_is_what_the_api_says_put_together) {
  auto text = overview_json({acme()});
  BOOST_TEST(text.ends_with("}\n"));
  auto tenant = object(text).at("tenants").as_array().at(0).as_object();
  BOOST_TEST(wire::text_of_member(tenant, "timeZone") == "UTC");
  BOOST_TEST(tenant.at("metrics").as_object().at("totalProcessed").to_number<int>() == 2400);
  BOOST_TEST(tenant.at("agents").as_object().at("byState").as_object().at("busy").to_number<int>() == 1);
  BOOST_TEST(tenant.at("alerts").as_array().empty());
}

BOOST_AUTO_TEST_CASE(an_agents_row_tells_since_when_and_what_is_doubtful) {
  auto agent = watched_floor().agents().at("id-1");
  BOOST_TEST(agent_text(agent, noon) == R"(Zoe
  agent      id-1
  tenant     acme
  team       Claims
  state      busy
  reason     -
  for        1 min (since 2026-11-23T11:59:00.000Z)
  remarks    none
)");
  agent.since.reset();
  agent.verified = false;
  agent.observed = "break";
  auto text = agent_text(agent, noon);
  BOOST_TEST(text.find("≥ 1 min (known since 2026-11-23T11:59:00.000Z)") != std::string::npos, text);
  BOOST_TEST(text.find("unverified: the platform says break") != std::string::npos, text);
}

BOOST_AUTO_TEST_CASE(what_goes_into_a_url_is_encoded) {
  BOOST_TEST(percent_encoded("acme-1.x_y~z") == "acme-1.x_y~z");
  BOOST_TEST(percent_encoded("a/b?c=d&e ü") == "a%2Fb%3Fc%3Dd%26e%20%C3%BC");
}

BOOST_AUTO_TEST_CASE(a_transition_is_a_line_and_other_records_are_none) {
  struct row {
    const char* sentence;
    const char* entry;
    const char* line;
  };
  const row rows[] = {
      {"authorized",
       R"({"timestamp":"2026-11-23T10:00:00.456Z","agentId":"a-1","previousState":"available","currentState":"busy",)"
       R"("latencyMs":333,"valid":true,"auditAction":"STATE_UPDATE_VERIFIED","tenantId":"acme","reasonCode":null})",
       "2026-11-23T10:00:00.456Z acme a-1 available → busy 333 ms\n"},
      {"with a reason, and all that can be wrong",
       R"({"timestamp":"2026-11-23T10:00:00.456Z","agentId":"a-1","previousState":"a","currentState":"b\n",)"
       R"("latencyMs":-5,"valid":false,"tenantId":"acme","reasonCode":"why","flags":["gap","out-of-order","new"]})",
       "2026-11-23T10:00:00.456Z acme a-1 a → b? (why) -5 ms unauthorized, gap, out of order\n"},
      {"another record",
       R"({"timestamp":"2026-11-23T10:00:00.456Z","auditAction":"MONITORING_STARTED","agents":["a-1"]})", nullptr},
      {"no record", "[1]", nullptr},
      {"no JSON", "{", nullptr}};
  for (const auto& [sentence, entry, line] : rows) BOOST_TEST_CONTEXT(sentence) {
      auto made = transition_line(entry);
      BOOST_TEST(made.has_value() == (line != nullptr));
      if (made && line) BOOST_TEST(*made == line);
    }
}

} // namespace
