#include "runtime/configuration/check_report.hpp"
#include "runtime/configuration/listener_plan.hpp"
#include "tests/runtime/configuration/imagined_machine.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include <sstream>

namespace {

using namespace floorwalker;

constexpr open_file_limits plenty{1024, 65'536};

struct printed {
  int exit_code;
  std::string out;
  std::string err;
};

printed check(const configuration_result& result, check_request request = {}, open_file_limits limits = plenty) {
  std::ostringstream out, err;
  auto code = check_offline(request, result, limits, out, err);
  return {code, out.str(), err.str()};
}

check_request asking(bool dump, bool json) {
  check_request request;
  request.dump = dump;
  request.json = json;
  return request;
}

std::string with_agents(int count, const std::string& limits) {
  std::string ids;
  for (int i = 0; i < count; ++i) ids += fmt::format("\"550e8400-e29b-41d4-a716-{:012}\",\n", i);
  return imagined_machine::tenant_text("agents = [" + ids + "]\nlimits { " + limits + " }");
}

BOOST_AUTO_TEST_CASE(agents_are_divided_over_slots_rounded_up) {
  struct row {
    int agents;
    std::uint32_t each;
    std::uint64_t slots;
  };
  const row rows[] = {{1, 50, 1}, {50, 50, 1}, {51, 50, 2}, {100, 50, 2}, {3, 1, 3}};
  for (auto& [agents, each, slots] : rows) BOOST_TEST_CONTEXT(agents << " by " << each) {
      tenant_settings tenant;
      tenant.agents.resize(static_cast<std::size_t>(agents));
      tenant.limits.agents_per_subscription = each;
      BOOST_TEST(plan_listeners(tenant).slots.value() == slots);
    }
}

BOOST_AUTO_TEST_CASE(a_good_configuration_is_summed_up_on_stdout) {
  auto [code, out, err] = check(imagined_machine{}.read(with_agents(120, "max-listeners = 10")));
  BOOST_TEST(code == 0);
  BOOST_TEST(err == "");
  BOOST_TEST(contains(out, "tenant acme\n"));
  BOOST_TEST(contains(out, "platform  https://api-us-1.cxone.com\n"));
  BOOST_TEST(contains(out, "client    c-1 of t-1, secret in variable CXONE_CLIENT_SECRET\n"));
  BOOST_TEST(contains(out, "agents    120 agents in 3 listeners of up to 50, 7 places free for hand-over\n"));
  BOOST_TEST(contains(out, "open files: up to 74 needed, limit 1024 (may be raised to 65536)\n"));
}

BOOST_AUTO_TEST_CASE(where_http_would_listen_and_what_guards_it_is_told) {
  imagined_machine machine;
  machine.any_file_will_do = true;
  struct row {
    const char* http;
    const char* words;
    const char* json;
  };
  const row rows[] = {
      {"", "http: no floorwalker.http.listen, so neither wallboard nor API\n", R"("http":null)"},
      {"listen = \"127.0.0.1:8080\"", "http at 127.0.0.1:8080: no TLS, no tokens\n",
       R"("http":{"listen":"127.0.0.1:8080","tls":false,"tokens":false})"},
      {"listen = \"localhost:0\", tokens-file = \"tokens\"",
       "http at localhost:0 (a port that the system picks): no TLS, tokens of tokens\n",
       R"("http":{"listen":"localhost:0","tls":false,"tokens":true})"},
      {"listen = \"0.0.0.0:8443\", tls-certificate = \"c.pem\", tls-key = \"k.pem\", tokens-file = \"tokens\"",
       "http at 0.0.0.0:8443: TLS with c.pem, tokens of tokens\n",
       R"("http":{"listen":"0.0.0.0:8443","tls":true,"tokens":true})"}};
  for (auto& [http, words, json] : rows) BOOST_TEST_CONTEXT(http) {
      auto read = machine.read(fmt::format("floorwalker {{ http {{ {} }} }}", http));
      BOOST_TEST(contains(check(read).out, words), check(read).out << check(read).err);
      BOOST_TEST(contains(check(read, asking(false, true)).out, json), check(read, asking(false, true)).out);
    }
}

BOOST_AUTO_TEST_CASE(all_agents_are_planned_when_the_platform_has_listed_them) {
  auto [code, out, err] = check(imagined_machine{}.read(""));
  BOOST_TEST(contains(out, "agents    all agents that the platform lists, at most 25000 in 500 listeners\n"));
}

BOOST_AUTO_TEST_CASE(a_plan_without_a_free_place_for_a_hand_over_is_a_warning) {
  auto [code, out, err] = check(imagined_machine{}.read(with_agents(100, "max-listeners = 2")));
  BOOST_TEST(code == 0);
  BOOST_TEST(
      contains(err, "warning: floorwalker.tenants.acme: all 2 listener places are in use, none is free for hand-over"));
}

BOOST_AUTO_TEST_CASE(a_plan_that_the_limit_of_open_files_cannot_hold_is_a_warning) {
  auto [code, out, err] = check(imagined_machine{}.read(""), {}, {256, 512});
  BOOST_TEST(contains(err, "warning: up to 564 open files are needed, but the limit cannot be raised beyond 512"));
}

BOOST_AUTO_TEST_CASE(a_bad_configuration_prints_each_problem_as_a_line_and_nothing_else) {
  auto [code, out, err] = check(imagined_machine{}.read("floorwalker { a = 1\n b = 2 }"));
  BOOST_TEST(code == 2);
  BOOST_TEST(out == "");
  BOOST_TEST(err == "f.conf:1:15: floorwalker.a: unknown key\nf.conf:2:2: floorwalker.b: unknown key\n");
}

BOOST_AUTO_TEST_CASE(the_report_is_the_same_as_json) {
  auto [code, out, err] = check(imagined_machine{}.read(with_agents(120, "max-listeners = 10")), asking(false, true));
  BOOST_TEST(code == 0);
  auto report = boost::json::parse(out).as_object();
  BOOST_TEST(report.at("valid").as_bool());
  auto& tenant = report.at("tenants").as_array().at(0).as_object();
  BOOST_TEST(tenant.at("name").as_string() == "acme");
  BOOST_TEST(tenant.at("agents").to_number<int>() == 120);
  BOOST_TEST(tenant.at("slots").to_number<int>() == 3);
  BOOST_TEST(tenant.at("freePlaces").to_number<int>() == 7);
  BOOST_TEST(report.at("openFiles").as_object().at("needed").to_number<int>() == 74);

  auto bad = check(imagined_machine{}.read("x = 1"), asking(false, true));
  BOOST_TEST(bad.exit_code == 2);
  auto problem = boost::json::parse(bad.out).as_object().at("problems").as_array().at(0).as_object();
  BOOST_TEST(problem.at("where").as_string() == "f.conf:1:1: x");
  BOOST_TEST(problem.at("what").as_string() == "unknown key");
}

BOOST_AUTO_TEST_CASE(the_dump_reads_back_to_the_same_configuration_without_the_environment_for_ids) {
  imagined_machine machine;
  auto text = R"(floorwalker {
    log { level = "warn" }
    tenants { acme { region = "us-1", transitions = [["After Call", "Da"], ["Da", "After Call"]], alerts { window = 90s } }
              "b.c" { base-url = "https://gw.example:8443", proxy = "" } }
    sinks { f { type = "file", path = "p" }, c { type = "console", view = "live" }, w { type = "webhook", url = "https://h/" } } }
    caf { scheduler { max-threads = 2 } })";
  auto first = machine.read(text);
  BOOST_TEST(first.problems.empty());
  auto dump = check(first, asking(true, false)).out;
  machine.variables.erase("CXONE_TENANT_ID");
  machine.variables.erase("CXONE_CLIENT_ID");
  auto second = machine.read(dump);
  for (auto& problem : second.problems) BOOST_ERROR(problem.to_line());
  BOOST_TEST(dump_configuration(second) == dump);
  BOOST_TEST(first.warnings == second.warnings, boost::test_tools::per_element());
  for (auto* part : {"max-latency = 2500ms", "window = 90s", "\"After Call\" = [\"Da\"]", "tenant-id = \"t-1\"",
                     "level = \"warn\"", "format = \"text\"", "rotate-keep = 10", "max-threads = 2"})
    BOOST_TEST(contains(dump, part), dump << " lacks " << part);
  BOOST_TEST(!contains(dump, "http {"));
}

BOOST_AUTO_TEST_CASE(the_dump_holds_no_secret) {
  imagined_machine machine;
  auto result = machine.read("", {{"caf.openssl.passphrase", "hush-caf"}});
  auto dump = dump_configuration(result);
  BOOST_TEST(!contains(dump, "hush"));
  BOOST_TEST(contains(dump, "client-secret-env = \"CXONE_CLIENT_SECRET\""));
  BOOST_TEST(contains(dump, "passphrase = \"(not shown)\""));
}

} // namespace
