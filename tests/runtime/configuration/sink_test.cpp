#include "tests/runtime/configuration/imagined_machine.hpp"

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

namespace {

using namespace floorwalker;

struct problem_row {
  const char* sentence;
  const char* entries; ///< inside floorwalker.sinks.s
  const char* problem; ///< begins so, below floorwalker.sinks.s; "": none
};

const problem_row rows[] = {
    {"a console", "type = \"console\"", ""},
    {"a console with a view", "type = \"console\", view = \"live\", records = \"dashboard\"", ""},
    {"no type", "records = \"audit\"", "type: missing: expected one of \"console\", \"file\""},
    {"an unknown type", "type = \"email\"", "type: expected one of \"console\", \"file\""},
    {"a file", "type = \"file\", path = \"p\", rotate-bytes = 0, rotate-keep = 3", ""},
    {"a file without a path", "type = \"file\"", "path: missing: a sink of type file needs it"},
    {"a key of another type", "type = \"console\", path = \"p\"",
     "path: this key is for sinks of type file, this one's is console"},
    {"a tenant that is none", "type = \"console\", tenants = [\"defalt\"]",
     "tenants[0]: there is no tenant \"defalt\", did you mean default?"},
    {"a list without tenants", "type = \"console\", tenants = []", "tenants: expected a list of texts"},
    {"a webhook", "type = \"webhook\", url = \"https://h.example/x?y=1\", secret-env = \"HOOK_KEY\"", ""},
    {"a webhook without a target", "type = \"webhook\"", "url: missing: a sink of type webhook needs it"},
    {"a webhook in clear", "type = \"webhook\", url = \"http://h.example/x\"",
     "url: http:// is for loopback addresses only"},
    {"a webhook on this machine", "type = \"webhook\", url = \"http://127.0.0.1:8080/x\", allow-private-targets = true",
     ""},
    {"a webhook on this machine that would always be refused", "type = \"webhook\", url = \"http://localhost/x\"",
     "url: a loopback address needs allow-private-targets = true"},
    {"a webhook with a fragment", "type = \"webhook\", url = \"https://h.example/x#y\"", "url: expected"},
    {"a webhook with letters beyond ASCII", "type = \"webhook\", url = \"https://h.example/\xc3\xa4\"",
     "url: expected"},
    {"a webhook in small pieces", "type = \"webhook\", url = \"https://h/x\", timeout = 250ms, batch-records = 1", ""},
    {"a webhook in pieces of nothing", "type = \"webhook\", url = \"https://h/x\", batch-records = 0",
     "batch-records: expected"},
    {"a webhook without patience", "type = \"webhook\", url = \"https://h/x\", timeout = 1ms", "timeout: expected"},
    {"two keys for one webhook",
     "type = \"webhook\", url = \"https://h/x\", secret-env = \"HOOK_KEY\", secret-file = \"f\"",
     "secret-file: expected either this key or secret-env, found both"},
    {"the secret itself", "type = \"webhook\", url = \"https://h/x\", secret = \"x\"",
     "secret: a secret never stands in the file"},
    {"a webhook for some actions", "type = \"webhook\", url = \"https://h/x\", events = [\"TRANSITION_REJECTED\"]", ""},
    {"an action that is none", "type = \"webhook\", url = \"https://h/x\", events = [\"LOGIN\"]",
     "events[0]: expected a list of"},
    {"Kafka", "type = \"kafka\", brokers = [\"b:9092\"], topic = \"t\", username = \"u\", password-env = \"HOOK_KEY\"",
     ""},
    {"a broker without a port", "type = \"kafka\", brokers = [\"b\"], topic = \"t\"",
     "brokers[0]: expected a list of host:port"},
    {"a topic that is none", "type = \"kafka\", brokers = [\"b:1\"], topic = \"agent states\"",
     "topic: expected a topic of 1 to 249 letters"},
    {"a user without a password", "type = \"kafka\", brokers = [\"b:1\"], topic = \"t\", username = \"u\"",
     "username: a user name needs password-env or password-file"},
    {"PostgreSQL", "type = \"postgres\", connection = \"host=db dbname=x\", table = \"a.b\", password-file = \"f\"",
     ""},
    {"PostgreSQL by URI", "type = \"postgres\", connection = \"postgresql://u@db:5432/x\"", ""},
    {"a password among the parameters", "type = \"postgres\", connection = \"host=db password=hush\"",
     "connection: a password never stands in the file"},
    {"a password in the URI", "type = \"postgres\", connection = \"postgresql://u:hush@db/x\"",
     "connection: a password never stands in the file"},
    {"Kafka by another way of signing in",
     "type = \"kafka\", brokers = [\"b:1\"], topic = \"t\", username = \"u\", password-env = \"HOOK_KEY\", "
     "sasl-mechanism = \"PLAIN\"",
     ""},
    {"a password in clear",
     "type = \"kafka\", brokers = [\"b:1\"], topic = \"t\", username = \"u\", password-env = \"HOOK_KEY\", tls = false",
     "tls: a password is sent over TLS only"},
    {"a password in clear on this machine",
     "type = \"kafka\", brokers = [\"localhost:1\"], topic = \"t\", username = \"u\", password-env = \"HOOK_KEY\", tls "
     "= "
     "false",
     ""},
    {"a table for wallboards", "type = \"postgres\", connection = \"host=db\", records = \"dashboard\"",
     "records: a table holds audit entries: expected \"audit\", found \"dashboard\""},
    {"PostgreSQL with trust anchors", "type = \"postgres\", connection = \"host=db\", ca-file = \"f\"", ""},
    {"a table with too long a name",
     "type = \"postgres\", connection = \"host=db\", table = "
     "\"contact.a2345678901234567890123456789012345678901234567890123456\"",
     "table: expected the name of a table (at most 55 letters"},
    {"a table that is an injection", "type = \"postgres\", connection = \"host=db\", table = \"t; drop table x\"",
     "table: expected the name of a table"},
};

BOOST_AUTO_TEST_CASE(each_rule_of_a_sink_is_enforced_and_named) {
  imagined_machine machine;
  machine.variables.emplace("HOOK_KEY", "k");
  machine.files["f"] = {};
  for (auto& [sentence, entries, problem] : rows) BOOST_TEST_CONTEXT(sentence) {
      auto found = machine.problems(fmt::format("floorwalker {{ sinks {{ s {{ {} }} }} }}", entries));
      BOOST_TEST_CONTEXT(joined(found)) {
        BOOST_REQUIRE(found.size() == (*problem ? 1u : 0u));
        if (*problem) BOOST_TEST(contains(found[0], fmt::format(": floorwalker.sinks.s.{}", problem)));
        BOOST_TEST(!contains(joined(found), "hush"));
      }
    }
}

BOOST_AUTO_TEST_CASE(values_of_a_sink_reach_their_fields) {
  auto result = imagined_machine{}.read(R"(floorwalker { sinks {
    a { type = "console", view = "lines", records = "dashboard", include-unverified = true }
    b { type = "file", path = "p", rotate-bytes = 1000, rotate-keep = 2, tenants = ["default"] } } })");
  BOOST_TEST(result.problems.empty());
  BOOST_TEST(result.warnings.empty());
  auto& sinks = result.configuration.sinks;
  BOOST_REQUIRE(sinks.size() == 2u);
  BOOST_TEST(sinks[0].name == "a");
  BOOST_TEST((sinks[0].type == sink_type::console));
  BOOST_TEST((sinks[0].view == console_view::lines));
  BOOST_TEST((sinks[0].records == sink_records::dashboard));
  BOOST_TEST(sinks[0].include_unverified);
  BOOST_TEST((sinks[1].type == sink_type::file));
  BOOST_TEST((sinks[1].records == sink_records::audit));
  BOOST_TEST(sinks[1].path == "p");
  BOOST_TEST(sinks[1].rotate_bytes == 1000u);
  BOOST_TEST(sinks[1].rotate_keep == 2u);
  BOOST_TEST(sinks[1].tenants.at(0) == "default");
}

BOOST_AUTO_TEST_CASE(values_of_a_webhook_reach_their_fields) {
  imagined_machine machine;
  machine.variables.emplace("HOOK_KEY", "k");
  machine.files["ca"] = {};
  auto result = machine.read(R"(floorwalker { sinks {
    a { type = "webhook", url = "https://h.example/x?y=1" }
    b { type = "webhook", url = "http://localhost/", secret-env = "HOOK_KEY", allow-private-targets = true,
        ca-file = "ca", timeout = 30s, batch-records = 7 } } })");
  BOOST_TEST(result.problems.empty());
  BOOST_TEST(result.warnings.empty()); // the type is built
  auto& sinks = result.configuration.sinks;
  BOOST_REQUIRE(sinks.size() == 2u);
  BOOST_TEST((sinks[0].type == sink_type::webhook));
  BOOST_TEST(sinks[0].url == "https://h.example/x?y=1");
  BOOST_TEST(!sinks[0].allow_private_targets);
  BOOST_TEST((sinks[0].timeout == std::chrono::seconds{10}));
  BOOST_TEST(sinks[0].batch_records == 500u);
  BOOST_TEST(sinks[1].allow_private_targets);
  BOOST_TEST(sinks[1].secret_env == "HOOK_KEY");
  BOOST_TEST(sinks[1].ca_file == "ca");
  BOOST_TEST((sinks[1].timeout == std::chrono::seconds{30}));
  BOOST_TEST(sinks[1].batch_records == 7u);
}

struct tls_row {
  const char* entries; ///< beside type and topic
  bool tls;
};

const tls_row tls_rows[] = {
    {"brokers = [\"b.example:9092\"]", true},
    {"brokers = [\"127.0.0.1:9092\", \"b.example:9092\"]", true},
    {"brokers = [\"127.0.0.1:9092\", \"localhost:9093\", \"[::1]:9094\"]", false},
    {"brokers = [\"127.0.0.1:9092\"], ca-file = \"f\"", true},
    {"brokers = [\"127.0.0.1:9092\"], username = \"u\", password-file = \"f\"", true},
    {"brokers = [\"127.0.0.1:9092\"], tls = true", true},
    {"brokers = [\"b.example:9092\"], tls = false", false},
};

BOOST_AUTO_TEST_CASE(kafka_goes_over_tls_except_on_this_machine_or_where_it_is_switched_off) {
  imagined_machine machine;
  machine.files["f"] = {};
  for (auto& [entries, tls] : tls_rows) BOOST_TEST_CONTEXT(entries) {
      auto result = machine.read(
          fmt::format("floorwalker {{ sinks {{ s {{ type = \"kafka\", topic = \"t\", {} }} }} }}", entries));
      BOOST_TEST(result.problems.empty());
      BOOST_TEST(result.configuration.sinks.at(0).tls == tls);
    }
}

BOOST_AUTO_TEST_CASE(two_sinks_write_to_two_files) {
  auto found = imagined_machine{}.problems(R"(floorwalker { sinks {
    a { type = "file", path = "x/trail" }
    b { type = "file", path = "x/./y/../trail" }
    c { type = "file", path = "trail" } } })");
  BOOST_REQUIRE(found.size() == 1u);
  BOOST_TEST(contains(found[0], "floorwalker.sinks.b.path: the file of sink a already"));
}

BOOST_AUTO_TEST_CASE(a_key_without_effect_is_a_warning) {
  auto result =
      imagined_machine{}.read("floorwalker { sinks { s { type = \"console\", include-unverified = true } } }");
  BOOST_REQUIRE(result.warnings.size() == 1u);
  BOOST_TEST(result.warnings[0].starts_with("floorwalker.sinks.s.include-unverified: has no effect on audit entries"));
}

} // namespace
