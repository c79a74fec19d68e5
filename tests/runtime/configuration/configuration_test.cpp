#include "tests/runtime/configuration/imagined_machine.hpp"

#include <boost/test/unit_test.hpp>

namespace {

using namespace floorwalker;
using namespace std::chrono_literals;

struct problem_row {
  const char* sentence;
  const char* text;
  const char* problem; ///< the only one, whole
};

const problem_row problem_rows[] = {
    {"a misspelt key names the one that was meant", "floorwalker { log { levl = \"info\" } }",
     "f.conf:1:21: floorwalker.log.levl: unknown key, did you mean level?"},
    {"a misspelt block too", "floorwalker { lgo { level = \"info\" } }",
     "f.conf:1:15: floorwalker.lgo: unknown key, did you mean log?"},
    {"a misspelt root too", "floorwalkr { }", "f.conf:1:1: floorwalkr: unknown key, did you mean floorwalker?"},
    {"a key that resembles none", "floorwalker { colour = \"red\" }", "f.conf:1:15: floorwalker.colour: unknown key"},
    {"a number where text belongs", "floorwalker { node { name = 7 } }",
     "f.conf:1:22: floorwalker.node.name: expected a name of 1 to 64 letters, digits, dots, underscores and hyphens in "
     "quotes, found 7"},
    {"a value where a block belongs", "floorwalker { log = \"info\" }",
     "f.conf:1:15: floorwalker.log: expected a block log { … }, found \"info\""},
    {"a block where a value belongs", "floorwalker { log { level { a = 1 } } }",
     "f.conf:1:21: floorwalker.log.level: expected one of \"trace\", \"debug\", \"info\", \"warn\", \"error\", "
     "\"off\", "
     "found a block"},
    {"a word that is not offered", "floorwalker { log { level = \"loud\" } }",
     "f.conf:1:21: floorwalker.log.level: expected one of \"trace\", \"debug\", \"info\", \"warn\", \"error\", "
     "\"off\", "
     "found \"loud\""},
    {"a negative count", "floorwalker { audit { retain-days = -1 } }",
     "f.conf:1:23: floorwalker.audit.retain-days: expected a whole number from 0 to 36500, found -1"},
    {"a fraction where a whole number belongs", "floorwalker { audit { retain-days = 1.5 } }",
     "f.conf:1:23: floorwalker.audit.retain-days: expected a whole number such as 400, found 1.5"},
    {"listening for everybody without protection", "floorwalker { http { listen = \"0.0.0.0:8080\" } }",
     "f.conf:1:22: floorwalker.http.listen: 0.0.0.0 is not a loopback address: expected tls-certificate and tls-key "
     "and "
     "tokens-file too, or insecure = true"},
    {"an address without a port", "floorwalker { http { listen = \"localhost\" } }",
     "f.conf:1:22: floorwalker.http.listen: expected host:port in quotes such as \"127.0.0.1:8080\", found "
     "\"localhost\", which names no port"},
    {"an address with an empty port", "floorwalker { http { listen = \"[::1]:\" } }",
     "f.conf:1:22: floorwalker.http.listen: expected host:port in quotes such as \"127.0.0.1:8080\", found "
     "\"[::1]:\", which names no port"},
    {"a port beyond the last one", "floorwalker { http { listen = \"localhost:65536\" } }",
     "f.conf:1:22: floorwalker.http.listen: expected host:port in quotes such as \"127.0.0.1:8080\", found "
     "\"localhost:65536\", whose port is not from 0 to 65535"},
    {"a port without a host", "floorwalker { http { listen = \":8080\" } }",
     "f.conf:1:22: floorwalker.http.listen: expected host:port in quotes such as \"127.0.0.1:8080\", found "
     "\":8080\""},
    {"a port that nobody can be asked at",
     "floorwalker { cluster { listen = \"127.0.0.1:0\", endpoints = [\"https://e:2379\"] } }",
     "f.conf:1:25: floorwalker.cluster.listen: expected host:port in quotes such as \"10.0.0.1:4500\", found "
     "\"127.0.0.1:0\""},
    {"a certificate without its key", "floorwalker { http { tls-certificate = \"c.pem\" } }",
     "f.conf:1:22: floorwalker.http.tls-certificate: this key needs floorwalker.http.tls-key as well"},
    {"a cluster without etcd", "floorwalker { cluster { listen = \"127.0.0.1:4500\" } }",
     "f.conf:1:15: floorwalker.cluster.endpoints: missing: a cluster needs it"},
    {"a cluster that is open to the network without TLS",
     "floorwalker { cluster { listen = \"10.0.0.1:4500\", endpoints = [\"https://e:2379\"] } }",
     "f.conf:1:25: floorwalker.cluster.listen: 10.0.0.1 is not a loopback address: expected tls-certificate, tls-key "
     "and "
     "tls-ca too"},
    {"an etcd endpoint in clear",
     "floorwalker { cluster { listen = \"127.0.0.1:1\", endpoints = [\"http://e:2379\"] } }",
     "f.conf:1:62: floorwalker.cluster.endpoints[0]: http:// is for loopback addresses only: expected https://, found "
     "\"http://e:2379\""},
    {"tenants that are no block", "floorwalker { tenants = 5 }",
     "f.conf:1:15: floorwalker.tenants: expected a block { … }, found 5"},
    {"a tenant that is no block", "floorwalker { tenants { acme = 5 } }",
     "f.conf:1:25: floorwalker.tenants.acme: expected a block { … }, found 5"},
    {"a tenant's name that cannot be a folder", "floorwalker { tenants { \"a/b\" { region = \"us-1\" } } }",
     "f.conf:1:25: floorwalker.tenants.\"a/b\": expected a tenant's name of 1 to 64 letters, digits, dots, underscores "
     "and hyphens"},
    {"a tenant's name that climbs out of its folder", "floorwalker { tenants { \"..\" { region = \"us-1\" } } }",
     "f.conf:1:25: floorwalker.tenants.\"..\": expected a tenant's name of 1 to 64 letters, digits, dots, underscores "
     "and hyphens"},
    {"an option that CAF does not have", "caf { scheduler { max-thread = 2 } }",
     "f.conf:1:19: caf.scheduler.max-thread: unknown key, did you mean max-threads?"},
    {"an option of CAF with a wrong type, which CAF itself would ignore", "caf { scheduler { max-threads = \"two\" } }",
     "f.conf:1:19: caf.scheduler.max-threads: expected a value of CAF's type uint64_t, found \"two\""},
    {"a syntax error", "floorwalker {\n log { level = \"info\" }\n",
     "f.conf:3:1: expected a } for the { of line 1, found the end of the file"},
};

BOOST_AUTO_TEST_CASE(each_problem_names_its_place_and_what_was_expected) {
  imagined_machine machine;
  machine.files["c.pem"] = {};
  for (auto& [sentence, text, problem] : problem_rows) BOOST_TEST_CONTEXT(sentence) {
      auto found = machine.problems(text);
      BOOST_TEST_CONTEXT(joined(found)) {
        BOOST_REQUIRE(found.size() == 1u);
        BOOST_TEST(found[0] == problem);
      }
    }
}

BOOST_AUTO_TEST_CASE(all_problems_are_reported_at_once_in_the_order_of_the_file) {
  auto found = imagined_machine{}.problems(R"(
    floorwalker {
      node { nme = "x" }
      log { level = 5 }
      tenants {
        acme {
          region = us-1
          alerts { max-latency = "soon", windw = 1s }
          limits { max-listeners = 501 }
        }
        globex { agents = [] }
      }
      sinks { print { type = "consle" } }
    }
    extra = 1)");
  const char* expected[] = {
      "f.conf:3:14: floorwalker.node.nme: unknown key, did you mean name?",
      "f.conf:4:13: floorwalker.log.level: expected one of",
      "f.conf:7:20: floorwalker.tenants.acme.region: expected a value: text stands in quotes",
      "f.conf:8:20: floorwalker.tenants.acme.alerts.max-latency: expected a duration such as "
      "2500ms, found \"soon\"",
      "f.conf:8:42: floorwalker.tenants.acme.alerts.windw: unknown key, did you mean window?",
      "f.conf:9:20: floorwalker.tenants.acme.limits.max-listeners: expected a whole number from 1 "
      "to 500, found 501",
      "f.conf:11:9: floorwalker.tenants.globex.region: missing: expected a region",
      "f.conf:11:18: floorwalker.tenants.globex.agents: expected a list of agent ids",
      "f.conf:13:23: floorwalker.sinks.print.type: expected one of \"console\", \"file\"",
      "f.conf:15:5: extra: unknown key"};
  BOOST_TEST_CONTEXT(joined(found)) {
    BOOST_REQUIRE(found.size() == std::size(expected));
    for (std::size_t i = 0; i < found.size(); ++i) BOOST_TEST(found[i].starts_with(expected[i]), found[i]);
  }
}

BOOST_AUTO_TEST_CASE(without_tenants_the_environment_makes_one_called_default) {
  auto result = imagined_machine{}.read("");
  BOOST_REQUIRE(result.problems.empty());
  BOOST_REQUIRE(result.configuration.tenants.size() == 1u);
  auto& tenant = result.configuration.tenants[0];
  BOOST_TEST(tenant.name == "default");
  BOOST_TEST(tenant.base_url == "https://api-us-1.cxone.com");
  BOOST_TEST(tenant.tenant_id == "t-1");
  BOOST_TEST(tenant.client_id == "c-1");
  BOOST_TEST(tenant.client_secret_env == "CXONE_CLIENT_SECRET");
  BOOST_TEST(tenant.all_agents);
  BOOST_TEST((tenant.transitions == default_state_matrix()));
  BOOST_TEST((tenant.alerts.max_latency == 2500ms));
}

BOOST_AUTO_TEST_CASE(without_tenants_and_variables_the_missing_variables_are_named) {
  imagined_machine machine;
  machine.variables = {{"CXONE_CLIENT_ID", "c-1"}, {"CXONE_TENANT_ID", ""}};
  for (auto* text : {"", "floorwalker { tenants { } }", "floorwalker { log { level = \"warn\" } }"})
    BOOST_TEST_CONTEXT(text) {
      auto found = machine.problems(text);
      BOOST_REQUIRE(found.size() == 1u);
      BOOST_TEST(found[0] == "floorwalker.tenants: missing: expected a tenant here, or the environment variables "
                             "CXONE_TENANT_ID, CXONE_CLIENT_ID and CXONE_CLIENT_SECRET (not set: CXONE_TENANT_ID, "
                             "CXONE_CLIENT_SECRET)");
    }
}

BOOST_AUTO_TEST_CASE(no_file_at_all_reads_like_an_empty_one) {
  auto result = read_configuration({"", {}, {}}, imagined_machine{}.around());
  BOOST_TEST(result.problems.empty());
  BOOST_TEST(result.configuration.tenants.size() == 1u);
}

BOOST_AUTO_TEST_CASE(values_reach_their_fields) {
  auto result = imagined_machine{}.read(R"(
    floorwalker {
      node { name = "n7", data-dir = "/srv/fw" }
      http { listen = "[::1]:9090" }
      log { level = "warn", format = "json" }
      audit { directory = "trail", durability = "none", retain-days = 7, retain-bytes = 5000000000, min-free-bytes = 0 }
    })");
  BOOST_TEST(result.problems.empty());
  auto& node = result.configuration;
  BOOST_TEST(node.node.name == "n7");
  BOOST_TEST(node.node.data_dir == "/srv/fw");
  BOOST_TEST(node.http.listen == "[::1]:9090");
  BOOST_TEST(node.log.level == "warn");
  BOOST_TEST((node.log.format == log_format::json));
  BOOST_TEST(node.audit.directory == "trail");
  BOOST_TEST(!node.audit.group_commit);
  BOOST_TEST(node.audit.retain_days == 7u);
  BOOST_TEST(node.audit.retain_bytes == 5'000'000'000u);
  BOOST_TEST(node.audit.min_free_bytes == 0u);
}

BOOST_AUTO_TEST_CASE(the_command_line_is_stronger_than_the_file_and_the_file_than_defaults) {
  imagined_machine machine;
  auto text = "floorwalker { node { name = \"file\" }, log { level = \"warn\" } }";
  auto result = machine.read(text, {{"floorwalker.log.level", "debug"}, {"floorwalker.node.data-dir", "elsewhere"}});
  BOOST_TEST(result.problems.empty());
  BOOST_TEST(result.configuration.log.level == "debug");
  BOOST_TEST(result.configuration.node.name == "file");
  BOOST_TEST(result.configuration.node.data_dir == "elsewhere");
  BOOST_TEST((result.configuration.log.format == log_format::text));
}

BOOST_AUTO_TEST_CASE(every_form_of_value_can_be_given_on_the_command_line) {
  auto id = std::string{"550e8400-e29b-41d4-a716-44665544000"};
  auto result = imagined_machine{}.read(imagined_machine::tenant_text("agents = [\"" + id + "0\"]"),
                                        {{"floorwalker.tenants.acme.region", "eu-1"},
                                         {"floorwalker.tenants.acme.agents", id + "1," + id + "2"},
                                         {"floorwalker.tenants.acme.alerts.max-latency", "1s"},
                                         {"floorwalker.tenants.acme.alerts.min-accuracy-percent", "90"},
                                         {"floorwalker.tenants.acme.reconnect.jitter", "0.5"},
                                         {"floorwalker.tenants.acme.reconnect.keep-trying", "true"},
                                         {"floorwalker.tenants.acme.limits.max-listeners", "7"},
                                         {"floorwalker.tenants.acme.state-matrix.on", "[\"off\"]"},
                                         {"floorwalker.tenants.acme.state-matrix.off", "on,off"},
                                         {"floorwalker.sinks.out.type", "file"},
                                         {"floorwalker.sinks.out.path", "\"out.jsonl\""},
                                         {"caf.scheduler.max-threads", "2"}});
  BOOST_TEST(result.problems.empty());
  auto& tenant = result.configuration.tenants.at(0);
  BOOST_TEST(tenant.base_url == "https://api-eu-1.cxone.com");
  BOOST_TEST(tenant.agents.size() == 2u);
  BOOST_TEST((tenant.alerts.max_latency == 1s));
  BOOST_TEST(tenant.alerts.min_accuracy_percent == 90.0);
  BOOST_TEST(tenant.reconnect.jitter == 0.5);
  BOOST_TEST(tenant.reconnect.keep_trying);
  BOOST_TEST(tenant.limits.max_listeners == 7u);
  BOOST_TEST((tenant.transitions == state_matrix{{"on", {"off"}}, {"off", {"on", "off"}}}));
  BOOST_TEST(result.configuration.sinks.at(0).path == "out.jsonl");
  BOOST_TEST(caf::get_or(result.framework, "caf.scheduler.max-threads", 0) == 2);
}

BOOST_AUTO_TEST_CASE(a_tenant_whose_name_has_dots_is_reached_in_quotes) {
  auto text = "floorwalker { tenants { \"a.b\" { region = \"us-1\" } } }";
  auto result = imagined_machine{}.read(text, {{"floorwalker.tenants.\"a.b\".region", "eu-1"}});
  BOOST_TEST(result.problems.empty());
  BOOST_TEST(result.configuration.tenants.at(0).base_url == "https://api-eu-1.cxone.com");
}

struct override_row {
  const char* sentence;
  configuration_override given;
  const char* problem;
};

BOOST_AUTO_TEST_CASE(problems_of_the_command_line_are_told_from_those_of_the_file) {
  const override_row rows[] = {
      {"an unknown key",
       {"floorwalker.log.lvel", "info"},
       "command line: floorwalker.log.lvel: unknown key, did you mean level?"},
      {"a wrong value", {"floorwalker.log.level", "loud"}, "command line: floorwalker.log.level: expected one of"},
      {"a wrong type",
       {"floorwalker.tenants.default.alerts.window", "soon"},
       "command line: floorwalker.tenants.default.alerts.window: expected a duration such as 5min, found \"soon\""},
      {"an empty part", {"floorwalker..level", "info"}, "command line: --floorwalker..level: expected a key path"},
      {"an option that CAF does not have",
       {"caf.scheduler.max-thread", "2"},
       "command line: caf.scheduler.max-thread: unknown key, did you mean max-threads?"}};
  for (auto& [sentence, given, problem] : rows) BOOST_TEST_CONTEXT(sentence) {
      auto found = imagined_machine{}.problems("floorwalker { log { level = \"warn\" } }", {given});
      BOOST_TEST_CONTEXT(joined(found)) {
        BOOST_REQUIRE(found.size() == 1u);
        BOOST_TEST(found[0].starts_with(problem), found[0]);
      }
    }
}

BOOST_AUTO_TEST_CASE(listening_beyond_loopback_needs_protection_or_a_word) {
  imagined_machine machine;
  machine.any_file_will_do = true;
  struct row {
    const char* http;
    bool fine;
  };
  const row rows[] = {{R"(listen = "127.0.0.1:1")", true},
                      {R"(listen = "localhost:1")", true},
                      {R"(listen = "[::1]:1")", true},
                      {R"(listen = "[::]:1")", false},
                      {R"(listen = "0.0.0.0:1", insecure = true)", true},
                      {R"(listen = "0.0.0.0:1", tokens-file = "t")", false},
                      {R"(listen = "0.0.0.0:1", tls-certificate = "c", tls-key = "k")", false},
                      {R"(listen = "0.0.0.0:1", tls-certificate = "c", tls-key = "k", tokens-file = "t")", true}};
  for (auto& [http, fine] : rows) BOOST_TEST_CONTEXT(http)
  BOOST_TEST(machine.problems(std::string{"floorwalker { http { "} + http + " } }").empty() == fine);
}

BOOST_AUTO_TEST_CASE(a_block_whose_floor_is_not_built_gets_one_warning) {
  auto quiet = imagined_machine{}.read("floorwalker { node { name = \"n\" } }");
  BOOST_TEST(quiet.warnings.empty());
  auto result = imagined_machine{}.read(R"(floorwalker {
    http { listen = "127.0.0.1:1", insecure = false }
    audit { directory = "a", retain-days = 3 }
    cluster { listen = "127.0.0.1:2", endpoints = ["http://127.0.0.1:2379"], lease = 5s }
    sinks { a { type = "webhook", url = "https://h/x" }
            b { type = "kafka", brokers = ["b:9092"], topic = "t" }
            c { type = "postgres", connection = "dbname=x" }
            d { type = "console" }
            e { type = "file", path = "p" } } })");
  BOOST_TEST(result.problems.empty());
  const char* expected[] = {"floorwalker.cluster: is checked, but not active in this version"};
  BOOST_TEST(result.warnings == std::vector<std::string>(std::begin(expected), std::end(expected)),
             boost::test_tools::per_element());
}

} // namespace
