#include "runtime/configuration/proxy_choice.hpp"
#include "tests/runtime/configuration/imagined_machine.hpp"

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

namespace {

using namespace floorwalker;

constexpr auto id = "550e8400-e29b-41d4-a716-446655440000";

struct problem_row {
  const char* sentence;
  const char* entries; ///< inside floorwalker.tenants.acme
  const char* problem; ///< begins so, below floorwalker.tenants.acme; "": none
};

const problem_row rows[] = {
    {"nothing but a region is enough", "", ""},
    {"a base URL with a port", "base-url = \"https://gw.example:8443\"", ""},
    {"a base URL may end in a slash", "base-url = \"https://gw.example/\"", ""},
    {"plain http for loopback", "base-url = \"http://127.0.0.1:8080\"", ""},
    {"plain http for the loopback of IPv6", "base-url = \"http://[::1]:8080\"", ""},
    {"plain http for localhost", "base-url = \"http://localhost\"", ""},
    {"plain http for anybody else", "base-url = \"http://gw.example\"",
     "base-url: http:// is for loopback addresses only: expected https://, found \"http://gw.example\""},
    {"a name that only begins like loopback", "base-url = \"http://127.0.0.1.example\"",
     "base-url: http:// is for loopback"},
    {"a base URL with a path", "base-url = \"https://gw.example/api\"",
     "base-url: expected a URL without a path such as"},
    {"a base URL with a password", "base-url = \"https://me:pw@gw.example\"",
     "base-url: a user name or password never stands in a URL"},
    {"another scheme", "base-url = \"wss://gw.example\"", "base-url: expected a URL without a path such as"},
    {"a port that is none", "base-url = \"https://gw.example:70000\"",
     "base-url: expected a URL without a path such as"},
    {"a CA file that is there", "ca-file = \"ca.pem\"", ""},
    {"a CA file that is not", "ca-file = \"none.pem\"", "ca-file: cannot read \"none.pem\": No such file or directory"},
    {"a CA file that is empty", "ca-file = \"empty.pem\"", "ca-file: the file \"empty.pem\" is empty"},
    {"the secret itself", "client-secret = \"hush\"", "client-secret: a secret never stands in the file"},
    {"a secret in a file", "client-secret-file = \"secret\"", ""},
    {"a secret file that is not there", "client-secret-file = \"gone\"",
     "client-secret-file: cannot read \"gone\": No such file"},
    {"a secret in another variable", "client-secret-env = \"ACME_SECRET\"", ""},
    {"a secret in a variable that is not set", "client-secret-env = \"OTHER_SECRET\"",
     "client-secret-env: the environment variable OTHER_SECRET is not set"},
    {"a secret in a variable that is empty", "client-secret-env = \"EMPTY_SECRET\"",
     "client-secret-env: the environment variable EMPTY_SECRET is empty"},
    {"the secret where the variable's name belongs", "client-secret-env = \"p4ss!word\"",
     "client-secret-env: expected the name of an environment variable (letters, digits, underscores); what was found "
     "is "
     "not shown, for it may be the secret itself"},
    {"a secret that could be a variable's name", "client-secret-env = \"Xk29fjQz\"",
     "client-secret-env: the environment variable that is named here is not set"},
    {"two places for one secret", "client-secret-env = \"ACME_SECRET\"\nclient-secret-file = \"secret\"",
     "client-secret-file: expected either this key or client-secret-env, found both"},
    {"an empty id", "tenant-id = \"\"", "tenant-id: expected text in quotes such as \"acme-production\", found \"\""},
    {"all agents", "agents = \"all\"", ""},
    {"another word for the agents", "agents = \"some\"",
     "agents: expected a list of agent ids that is not empty, or \"all\", found \"some\""},
    {"no agents", "agents = []",
     "agents: expected a list of agent ids that is not empty, or \"all\", found an empty list"},
    {"any version nibble", "agents = [\"550e8400-e29b-f1d4-0716-446655440000\"]", ""},
    {"an id of another form", "agents = [\"42\"]",
     "agents[0]: expected an agent id (8-4-4-4-12 hexadecimal digits), found \"42\""},
    {"an id that is a number", "agents = [42]", "agents[0]: expected an agent id"},
    {"an agent twice, in another case",
     "agents = [\"550e8400-e29b-41d4-a716-44665544000a\",\n\"550E8400-E29B-41D4-A716-44665544000A\"]",
     "agents[1]: agent 550E8400-E29B-41D4-A716-44665544000A stands in the list twice, at [0] and at [1]"},
    {"more agents than fit",
     "agents = [\"550e8400-e29b-41d4-a716-446655440000\", \"550e8400-e29b-41d4-a716-446655440001\", "
     "\"550e8400-e29b-41d4-a716-446655440002\"]\nlimits { agents-per-subscription = 1, max-listeners = 2 }",
     "agents: 3 agents do not fit: 2 listeners of 1 agents hold 2"},
    {"no event types", "events = []", "events: expected a list of \"agent.state.change\", found an empty list"},
    {"an event type that is not documented", "events = [\"agent.login\"]",
     "events[0]: expected a list of \"agent.state.change\", found \"agent.login\""},
    {"an empty matrix", "state-matrix { }", "state-matrix: expected a block that is not empty such as"},
    {"a row that is no list", "state-matrix { on = \"off\" }",
     "state-matrix.on: expected a list of the states that may follow, found \"off\""},
    {"a state that leads nowhere", "state-matrix { on = [\"off\"], off = [] }", ""},
    {"a target without a row", "state-matrix { on = [\"off\"] }",
     "state-matrix.on[0]: the state \"off\" may follow \"on\", but what may follow it is not said: expected a key off "
     "in "
     "state-matrix (with [] if nothing may)"},
    {"an empty state", "state-matrix { on = [\"\"] }",
     "state-matrix.on[0]: expected a state (1 to 128 bytes of UTF-8 text)"},
    {"a state of 129 bytes",
     "state-matrix { "
     "\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
     "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\" = [] }",
     "state-matrix.xxxxxxxxxx"},
    {"states that are no plain words", "transitions = [[\"After Call\", \"Frei\"], [\"Frei\", \"After Call\"]]", ""},
    {"a pair of three", "transitions = [[\"a\", \"b\", \"c\"]]", "transitions[0]: expected a pair of states such as"},
    {"no pairs", "transitions = []", "transitions: expected a list of pairs of states"},
    {"a pair that leads into the unknown", "transitions = [[\"a\", \"After Call\"]]",
     "transitions[0]: the state \"After Call\" may follow \"a\", but what may follow it is not said: expected a key "
     "\"After Call\" in state-matrix"},
    {"both notations together", "state-matrix { on = [\"off\"], off = [] }\ntransitions = [[\"off\", \"on\"]]", ""},
    {"states that occupancy counts",
     "figures { productive = [\"busy\"], waiting = [\"available\", \"break\"], window = 30min }", ""},
    {"a matrix of other states than the defaults of figures", "state-matrix { on = [\"off\"], off = [] }", ""},
    {"the same, written down as a dump does",
     "state-matrix { on = [\"off\"], off = [] }\nfigures { productive = [\"busy\", \"wrap-up\"], waiting = "
     "[\"available\"] }",
     ""},
    {"a state of figures that nobody can be in", "figures { productive = [\"busy\", \"bussy\"] }",
     "figures.productive[1]: the state \"bussy\" stands neither in state-matrix nor in transitions"},
    {"a state of figures twice", "figures { waiting = [\"available\", \"available\"] }",
     "figures.waiting[1]: the state \"available\" stands in the list twice"},
    {"a state that is productive and waiting", "figures { productive = [\"available\"] }",
     "figures: the state \"available\" is both productive and waiting"},
    {"more states than an agent's counts have room for",
     "state-matrix { a = [], b = [], c = [], d = [], e = [], f = [], g = [] }\n"
     "figures { productive = [\"a\", \"b\", \"c\", \"d\"], waiting = [\"e\", \"f\", \"g\"] }",
     "figures: expected at most 6 states in productive and waiting, found 7"},
    {"no productive states", "figures { productive = [] }", "figures.productive: expected a list of texts such as"},
    {"a window that is too short", "figures { window = 1min }", "figures.window: expected a duration"},
    {"a window that is too long", "figures { window = 24h }", "figures.window: expected a duration"},
    {"a duration as text", "alerts { max-latency = \"soon\" }",
     "alerts.max-latency: expected a duration such as 2500ms, found \"soon\""},
    {"a duration without a unit", "alerts { max-latency = 2500 }",
     "alerts.max-latency: expected a duration such as 2500ms, found 2500"},
    {"no latency at all", "alerts { max-latency = 0s }",
     "alerts.max-latency: expected a duration from 1ms to 24h, found 0s"},
    {"no unverified transition at all", "alerts { max-unverified-transitions = 0 }",
     "alerts.max-unverified-transitions: expected a whole number from 1 to 1000000, found 0"},
    {"more than everything", "alerts { min-accuracy-percent = 100.5 }",
     "alerts.min-accuracy-percent: expected a number from 0 to 100, found 100.5"},
    {"a whole number where a fraction may stand", "alerts { min-accuracy-percent = 99 }", ""},
    {"alerts that never wait", "alerts { for = 0s, keep-firing-for = 0s, stream-silence = 0s, max-sink-lag = 0 }", ""},
    {"alerts that nobody wants", "alerts { listeners-lost = 0s }", ""},
    {"a wait for listeners of more than a day", "alerts { listeners-lost = 25h }",
     "alerts.listeners-lost: expected a duration from 0s to 24h, found 25h"},
    {"limits of time in a state", "alerts { time-in-state = [[\"break\", 30min], [\"break\", \"lunch\", 45min]] }", ""},
    {"a limit without a duration", "alerts { time-in-state = [[\"break\"]] }",
     "alerts.time-in-state[0]: expected a state and a duration such as [\"break\", 30min]"},
    {"a limit that is no duration", "alerts { time-in-state = [[\"break\", 30]] }",
     "alerts.time-in-state[0][1]: expected a duration from 1s to 168h, found 30"},
    {"a reason that is none", "alerts { time-in-state = [[\"break\", 7, 30min]] }",
     "alerts.time-in-state[0][1]: expected a reason in quotes, found 7"},
    {"a limit for a state that is nowhere", "alerts { time-in-state = [[\"braek\", 30min]] }",
     "alerts.time-in-state[0]: the state \"braek\" stands neither in state-matrix nor in transitions"},
    {"a state with two limits", "alerts { time-in-state = [[\"break\", 30min], [\"break\", 20min]] }",
     "alerts.time-in-state[1]: \"break\" has a limit already"},
    {"a base delay above the largest", "reconnect { base-delay = 1min }",
     "reconnect.base-delay: base-delay 1min is longer than max-delay 30s"},
    {"a largest delay below the base", "reconnect { max-delay = 500ms }",
     "reconnect.max-delay: base-delay 1s is longer than max-delay 500ms"},
    {"jitter of 110 %", "reconnect { jitter = 1.1 }", "reconnect.jitter: expected a number from 0 to 1, found 1.1"},
    {"truth as text", "reconnect { keep-trying = \"yes\" }",
     "reconnect.keep-trying: expected true or false, found \"yes\""},
    {"an immediate ping", "liveness { ping-interval = 0s }",
     "liveness.ping-interval: expected a duration from 10ms to 1h"},
    {"a renewal at the end of life", "renewal { at-life-percent = 100 }",
     "renewal.at-life-percent: expected a whole number from 1 to 99, found 100"},
    {"51 agents a subscription", "limits { agents-per-subscription = 51 }",
     "limits.agents-per-subscription: expected a whole number from 1 to 50, found 51"},
    {"no listeners", "limits { max-listeners = 0 }",
     "limits.max-listeners: expected a whole number from 1 to 500, found 0"},
    {"a number beyond 32 bits", "limits { max-listeners = 4294967297 }",
     "limits.max-listeners: expected a whole number from 1 to 500"},
    {"a frame too small for an event", "limits { max-frame = 10 }",
     "limits.max-frame: expected a whole number from 1024"},
    {"a proxy", "proxy = \"http://proxy.example:3128\"", ""},
    {"no proxy whatever the environment says", "proxy = \"\"", ""},
    {"a proxy over TLS", "proxy = \"https://proxy.example:3128\"", "proxy: expected http://host:port such as"},
    {"a proxy without a port", "proxy = \"http://proxy.example\"", "proxy: expected http://host:port such as"},
    {"a proxy with a password", "proxy = \"http://me:pw@proxy.example:1\"",
     "proxy: a proxy with a user name or password"},
    {"a time zone", "time-zone = \"Europe/Berlin\"", ""},
    {"UTC", "time-zone = \"UTC\"", ""},
    {"a time zone that is not installed", "time-zone = \"Mars/Olympus\"",
     "time-zone: expected an IANA time zone in quotes such as \"Europe/Berlin\", found \"Mars/Olympus\""},
    {"a time zone that leaves its folder", "time-zone = \"../../etc/passwd\"", "time-zone: expected an IANA time zone"},
    {"compression", "compression = true", ""},
    {"other paths", "paths { token = \"/sign-in\", users = \"/v3/people\", stream = \"/live\" }", ""},
    {"a path that does not begin with a slash", "paths { token = \"oauth/token\" }",
     "paths.token: expected a path that begins with / and has no query such as \"/oauth/token\", found "
     "\"oauth/token\""},
    {"a path with a query", "paths { users = \"/people?all\" }", "paths.users: expected a path that begins with /"},
    {"a path that would end its line", "paths { stream = \"/a\\r\\nX-Evil: 1\" }",
     "paths.stream: expected a path that begins with /"},
    {"another scope", "scope = \"users.read\"", ""},
    {"two scopes", "scope = \"agent:read user:read\"",
     "scope: expected one scope in quotes such as \"agent:read\", found \"agent:read user:read\""},
    {"another user agent", "user-agent = \"Wallboard/2.1 (acme)\"", ""},
    {"a user agent that would end its line", "user-agent = \"a\\r\\nX-Evil: 1\"",
     "user-agent: expected 1 to 200 printable ASCII characters in quotes"},
    {"no user agent", "user-agent = \"\"", "user-agent: expected 1 to 200 printable ASCII characters in quotes"},
    {"a page of nothing", "limits { page-size = 0 }", "limits.page-size: expected a whole number from 1 to 1000"},
};

BOOST_AUTO_TEST_CASE(each_rule_of_a_tenant_is_enforced_and_named) {
  imagined_machine machine;
  machine.variables["ACME_SECRET"] = "hush";
  machine.variables["EMPTY_SECRET"] = "";
  machine.files["ca.pem"] = {};
  machine.files["empty.pem"] = {"", true, false};
  machine.files["secret"] = {};
  machine.time_zones.insert("../../etc/passwd");
  for (auto& [sentence, entries, problem] : rows) BOOST_TEST_CONTEXT(sentence) {
      auto found = machine.tenant_problems(entries);
      BOOST_TEST_CONTEXT(joined(found)) {
        BOOST_REQUIRE(found.size() == (*problem ? 1u : 0u));
        if (*problem) BOOST_TEST(contains(found[0], fmt::format(": floorwalker.tenants.acme.{}", problem)));
      }
    }
}

BOOST_AUTO_TEST_CASE(no_problem_repeats_what_may_be_a_secret) {
  imagined_machine machine;
  for (auto* entries :
       {"client-secret = \"p4ss!word\"", "client-secret-env = \"p4ss!word\"", "client-secret = p4ss!word",
        "base-url = \"https://me:p4ss!word@h\"", "proxy = \"http://me:p4ss!word@h:1\"", "password = \"p4ss!word\""})
    BOOST_TEST_CONTEXT(entries) {
      auto found = machine.tenant_problems(entries);
      BOOST_TEST(!found.empty());
      BOOST_TEST(!contains(joined(found), "p4ss!word"));
    }
}

BOOST_AUTO_TEST_CASE(regions_are_words_joined_by_hyphens) {
  struct row {
    const char* region;
    bool fine;
  };
  const row regions[] = {{"us-1", true},  {"eu-1", true},  {"ap-south-2", true}, {"", false},
                         {"US-1", false}, {"us_1", false}, {"us-1.x", false},    {"us-1/", false},
                         {"-us", false},  {"us-", false},  {"us--1", false},     {"us-1@evil", false}};
  for (auto& [region, fine] : regions) BOOST_TEST_CONTEXT(region) {
      auto text = imagined_machine::tenant_text("", fmt::format("region = \"{}\"", region));
      auto result = imagined_machine{}.read(text);
      BOOST_TEST(result.problems.empty() == fine);
      if (fine) BOOST_TEST(result.configuration.tenants[0].base_url == fmt::format("https://api-{}.cxone.com", region));
    }
}

BOOST_AUTO_TEST_CASE(a_base_url_comes_before_the_region_and_loses_its_last_slash) {
  auto result = imagined_machine{}.read(imagined_machine::tenant_text("base-url = \"https://gw.example:8443/\""));
  BOOST_TEST(result.configuration.tenants.at(0).base_url == "https://gw.example:8443");
}

BOOST_AUTO_TEST_CASE(identity_comes_from_the_key_else_from_the_environment_else_is_missing) {
  imagined_machine machine;
  auto given = machine.read(imagined_machine::tenant_text("tenant-id = \"mine\""));
  BOOST_TEST(given.configuration.tenants.at(0).tenant_id == "mine");
  BOOST_TEST(given.configuration.tenants.at(0).client_id == "c-1");
  machine.variables.clear();
  auto found = machine.tenant_problems("");
  BOOST_REQUIRE(found.size() == 3u);
  BOOST_TEST(
      contains(found[0], "acme.tenant-id: missing: expected this key or the environment variable CXONE_TENANT_ID"));
  BOOST_TEST(
      contains(found[1], "acme.client-id: missing: expected this key or the environment variable CXONE_CLIENT_ID"));
  BOOST_TEST(contains(found[2], "acme.client-secret-env: missing: expected this key, client-secret-file or the "
                                "environment variable CXONE_CLIENT_SECRET"));
}

BOOST_AUTO_TEST_CASE(a_secret_file_that_everybody_may_read_is_a_warning) {
  imagined_machine machine;
  machine.files["secret"] = {"", false, true};
  auto result = machine.read(imagined_machine::tenant_text("client-secret-file = \"secret\""));
  BOOST_TEST(result.problems.empty());
  BOOST_REQUIRE(result.warnings.size() == 1u);
  BOOST_TEST(result.warnings[0] == "floorwalker.tenants.acme.client-secret-file: every user of this machine may read "
                                   "secret: take the right away (chmod o-r)");
  BOOST_TEST(result.configuration.tenants[0].client_secret_env == "");
}

BOOST_AUTO_TEST_CASE(pairs_add_to_the_matrix_and_either_replaces_the_default_one) {
  auto result = imagined_machine{}.read(imagined_machine::tenant_text(
      "state-matrix { on = [\"off\"], off = [] }\ntransitions = [[\"off\", \"on\"], [\"on\", \"off\"]]"));
  BOOST_TEST((result.configuration.tenants.at(0).transitions == state_matrix{{"on", {"off"}}, {"off", {"on"}}}));
  BOOST_REQUIRE(result.warnings.size() == 1u);
  BOOST_TEST(result.warnings[0] == "floorwalker.tenants.acme.transitions[1]: \"off\" after \"on\" is allowed twice");
}

BOOST_AUTO_TEST_CASE(limits_of_time_in_a_state_are_kept_with_their_reasons) {
  auto result = imagined_machine{}.read(
      imagined_machine::tenant_text("alerts { time-in-state = [[\"break\", 30min], [\"break\", \"lunch\", 45min]] }"));
  std::vector<state_limit> wanted{{"break", {}, std::chrono::minutes{30}},
                                  {"break", "lunch", std::chrono::minutes{45}}};
  BOOST_TEST((result.configuration.tenants.at(0).alerts.time_in_state == wanted));
}

BOOST_AUTO_TEST_CASE(agents_are_kept_as_written_in_their_order) {
  auto result = imagined_machine{}.read(imagined_machine::tenant_text(
      "agents = [\"FFFFFFFF-0000-0000-0000-000000000000\", \"" + std::string{id} + "\"]"));
  auto& tenant = result.configuration.tenants.at(0);
  BOOST_TEST(!tenant.all_agents);
  BOOST_REQUIRE(tenant.agents.size() == 2u);
  BOOST_TEST(tenant.agents[0] == "FFFFFFFF-0000-0000-0000-000000000000");
  BOOST_TEST(tenant.agents[1] == id);
}

BOOST_AUTO_TEST_CASE(two_tenants_that_are_one_at_the_platform_are_a_warning) {
  auto result = imagined_machine{}.read("floorwalker { tenants { a { region = \"us-1\" }, b { region = \"us-1\" },"
                                        "c { region = \"eu-1\" } } }");
  BOOST_TEST(result.problems.empty());
  BOOST_REQUIRE(result.warnings.size() == 1u);
  BOOST_TEST(result.warnings[0].starts_with("floorwalker.tenants.b: is the same tenant of the platform as a"));
}

struct proxy_row {
  const char* sentence;
  std::map<std::string, std::string> variables;
  const char* entries;
  const char* proxy;
};

BOOST_AUTO_TEST_CASE(the_proxy_comes_from_the_key_else_from_the_environment) {
  const auto address = std::string{"http://env.example:3128"};
  const proxy_row table[] = {
      {"nothing said", {}, "", ""},
      {"the environment", {{"HTTPS_PROXY", address}}, "", "http://env.example:3128"},
      {"in small letters", {{"https_proxy", address}}, "", "http://env.example:3128"},
      {"with a slash at its end", {{"https_proxy", address + "/"}}, "", "http://env.example:3128"},
      {"the key is stronger", {{"HTTPS_PROXY", address}}, "proxy = \"http://p:1\"", "http://p:1"},
      {"the key says none", {{"HTTPS_PROXY", address}}, "proxy = \"\"", ""},
      {"an excepted domain", {{"HTTPS_PROXY", address}, {"NO_PROXY", "other, .cxone.com"}}, "", ""},
      {"other exceptions", {{"HTTPS_PROXY", address}, {"no_proxy", "one.com"}}, "", "http://env.example:3128"},
      {"loopback", {{"HTTPS_PROXY", address}}, "base-url = \"https://127.0.0.1:8443\"", ""}};
  for (auto& [sentence, variables, entries, proxy] : table) BOOST_TEST_CONTEXT(sentence) {
      imagined_machine machine;
      machine.variables.insert(variables.begin(), variables.end());
      auto result = machine.read(imagined_machine::tenant_text(entries));
      BOOST_TEST(result.problems.empty());
      BOOST_TEST(result.configuration.tenants.at(0).proxy == proxy);
    }
}

BOOST_AUTO_TEST_CASE(a_proxy_of_the_environment_that_cannot_be_used_is_a_problem_without_its_text) {
  imagined_machine machine;
  machine.variables["HTTPS_PROXY"] = "http://me:p4ss@proxy.example:1";
  auto found = machine.tenant_problems("");
  BOOST_REQUIRE(found.size() == 1u);
  BOOST_TEST(contains(found[0], "HTTPS_PROXY is not of the form http://host:port"));
  BOOST_TEST(!contains(found[0], "p4ss"));
}

BOOST_AUTO_TEST_CASE(exceptions_from_the_proxy_match_names_their_subdomains_and_ports) {
  struct row {
    const char* list;
    const char* host;
    std::uint16_t port;
    bool excepted;
  };
  const row table[] = {
      {"", "a.com", 443, false},           {"*", "a.com", 443, true},           {"a.com", "a.com", 443, true},
      {"a.com", "x.a.com", 443, true},     {".a.com", "x.a.com", 443, true},    {".a.com", "a.com", 443, true},
      {"*.a.com", "x.a.com", 443, true},   {"a.com", "ba.com", 443, false},     {"A.COM", "a.com", 443, true},
      {"b.com,a.com", "a.com", 443, true}, {"b.com a.com", "a.com", 443, true}, {"a.com:8443", "a.com", 443, false},
      {"a.com:443", "a.com", 443, true},   {"10.0.0.1", "10.0.0.1", 443, true}, {"[::2]", "::2", 443, true},
      {",,", "a.com", 443, false}};
  for (auto& [list, host, port, excepted] : table) BOOST_TEST_CONTEXT(list << " and " << host)
  BOOST_TEST(excepted_from_proxy(list, host, port) == excepted);
}

} // namespace
