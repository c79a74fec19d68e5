#include "runtime/configuration/configuration_difference.hpp"

#include "runtime/configuration/reload_outcome.hpp"
#include "tests/runtime/configuration/imagined_machine.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/test/unit_test.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string>
#include <vector>

namespace {

using namespace floorwalker;
using texts = std::vector<std::string>;

/// A tenant that is complete but for `more`.
std::string tenant(const std::string& name, const std::string& more = "") {
  return fmt::format("{} {{\nregion = \"us-1\", agents = \"all\"\n{}\n}}\n", name, more);
}

std::string node(const std::string& tenants, const std::string& sinks = "", const std::string& more = "") {
  return fmt::format("floorwalker {{\ntenants {{ {} }}\nsinks {{ {} }}\n{}\n}}\n", tenants, sinks, more);
}

configuration_result read(const std::string& text) {
  imagined_machine machine;
  machine.any_file_will_do = true;
  auto result = machine.read(text);
  BOOST_TEST_CONTEXT(text) {
    for (const auto& problem : result.problems) BOOST_ERROR(problem.to_line());
  }
  return result;
}

/// "tenant acme rules alerts.window" and the like; what needs a restart as "restart <key>".
texts told(const configuration_difference& difference) {
  texts all;
  auto tell = [&](const char* part, const std::vector<changed_part>& parts) {
    for (const auto& each : parts)
      all.push_back(fmt::format("{} {} {}{}{}", part, each.name, to_text(each.change), each.keys.empty() ? "" : " ",
                                fmt::join(each.keys, " ")));
  };
  tell("tenant", difference.tenants);
  tell("sink", difference.sinks);
  tell("receiver", difference.receivers);
  if (difference.log_level) all.emplace_back("log level");
  for (const auto& key : difference.needs_restart) all.push_back("restart " + key);
  return all;
}

const std::string acme = tenant("acme");
const std::string hook = "hook { type = \"webhook\", url = \"https://hooks.example/a\" }\n";

struct difference_row {
  const char* sentence;
  std::string before;
  std::string after;
  texts changes;
};

const std::vector<difference_row> rows = {
    {"the same file changes nothing", node(acme, hook), node(acme, hook), {}},
    {"a default that is written down is no change",
     node(acme, "", "log { level = \"info\" }"),
     node(tenant("acme", "alerts { max-latency = 2500ms, for = 0s }\nlimits { max-frame = 1048576 }"), "",
          "audit { durability = \"group\" }"),
     {}},
    {"another order and other units are no change",
     node(tenant("acme", "alerts { window = 5min, max-latency = 2s }")),
     node(tenant("acme", "alerts { max-latency = 2000ms, window = 300s }")),
     {}},
    {"both ways to write a matrix are one",
     node(tenant("acme", "state-matrix { on = [\"off\"]\noff = [\"on\"] }")),
     node(tenant("acme", "transitions = [[\"off\", \"on\"], [\"on\", \"off\"]]")),
     {}},
    {"a region and its address are one",
     node(acme),
     node("acme { base-url = \"https://api-us-1.cxone.com\", agents = \"all\" }"),
     {}},
    {"a tenant comes", node(acme), node(acme + tenant("globex")), {"tenant globex added"}},
    {"a tenant goes", node(acme + tenant("globex")), node(acme), {"tenant globex removed"}},
    {"a tenant under another name is another one",
     node(acme),
     node(tenant("acme-2")),
     {"tenant acme removed", "tenant acme-2 added"}},
    {"thresholds, limits of time in state and the matrix are rules",
     node(acme),
     node(tenant("acme",
                 "alerts { max-latency = 3s, time-in-state = [[\"break\", 30min]] }\n"
                 "state-matrix { available = [\"break\"]\nbreak = [\"available\"] }\ntime-zone = \"Europe/Berlin\"")),
     {"tenant acme rules alerts.max-latency alerts.time-in-state state-matrix time-zone"}},
    {"agents that are listed before and after are a rule",
     node("acme { region = \"us-1\", agents = [\"550e8400-e29b-41d4-a716-446655440000\"] }"),
     node("acme { region = \"us-1\", agents = [\"550e8400-e29b-41d4-a716-446655440001\"] }"),
     {"tenant acme rules agents"}},
    {"all agents instead of some connect anew",
     node("acme { region = \"us-1\", agents = [\"550e8400-e29b-41d4-a716-446655440000\"] }"),
     node(acme),
     {"tenant acme connects agents"}},
    {"credentials connect anew",
     node(acme),
     node(tenant("acme", "client-id = \"c-2\"")),
     {"tenant acme connects client-id"}},
    {"a secret of another source connects anew",
     node(acme),
     node(tenant("acme", "client-secret-file = \"/run/secret\"")),
     {"tenant acme connects client-secret-env client-secret-file"}},
    {"rules and more together connect anew",
     node(acme),
     node(tenant("acme", "reconnect.base-delay = 2s\nalerts.max-latency = 3s")),
     {"tenant acme connects alerts.max-latency reconnect.base-delay"}},
    {"one tenant's change is not another's",
     node(acme + tenant("globex")),
     node(acme + tenant("globex", "alerts.max-latency = 3s")),
     {"tenant globex rules alerts.max-latency"}},
    {"a sink comes", node(acme), node(acme, hook), {"sink hook added"}},
    {"receivers of alerts come, change and go",
     node(acme, "",
          "alerting { a { type = \"webhook\", url = \"https://hooks.example/a\" }\n"
          "b { type = \"webhook\", url = \"https://hooks.example/b\" } }"),
     node(acme, "",
          "alerting { b { type = \"webhook\", url = \"https://hooks.example/b\", timeout = 3s }\n"
          "c { type = \"alertmanager\", url = \"http://127.0.0.1:9093\" } }"),
     {"receiver a removed", "receiver b restarted timeout", "receiver c added"}},
    {"a sink goes", node(acme, hook), node(acme), {"sink hook removed"}},
    {"anything of a sink starts it again",
     node(acme, hook),
     node(acme, "hook { type = \"webhook\", url = \"https://hooks.example/b\", records = \"dashboard\" }"),
     {"sink hook restarted records url"}},
    {"the level of the log is applied, its format is not",
     node(acme),
     node(acme, "", "log { level = \"debug\", format = \"json\" }"),
     {"log level", "restart floorwalker.log.format"}},
    {"what is the node's own needs a restart",
     node(acme, "", "http { listen = \"127.0.0.1:8\" }"),
     node(acme, "",
          "node { name = \"node-2\", data-dir = \"elsewhere\" }\nhttp { listen = \"127.0.0.1:9\" }\n"
          "audit { retain-days = 7 }"),
     {"restart floorwalker.audit.retain-days", "restart floorwalker.http.listen", "restart floorwalker.node.data-dir",
      "restart floorwalker.node.name"}},
    {"options of the framework need a restart",
     node(acme),
     node(acme) + "caf { scheduler { max-threads = 2 } }",
     {"restart caf.scheduler.max-threads"}},
};

} // namespace

BOOST_AUTO_TEST_SUITE(configuration_differences)

BOOST_AUTO_TEST_CASE(each_difference_is_told_as_what_it_means) {
  for (const auto& row : rows) BOOST_TEST_CONTEXT(row.sentence) {
      BOOST_TEST(told(difference_between(read(row.before), read(row.after))) == row.changes,
                 boost::test_tools::per_element());
    }
}

BOOST_AUTO_TEST_CASE(what_needs_a_restart_stays_a_difference_until_there_is_one) {
  auto running = read(node(acme));
  auto wanted = node(tenant("acme", "alerts.max-latency = 3s"), hook,
                     "node { name = \"node-2\" }\nlog { level = \"debug\", format = \"json\" }");
  for (int reload = 0; reload < 3; ++reload) {
    auto now = read(wanted);
    auto difference = difference_between(running, now);
    BOOST_TEST(difference.needs_restart == (texts{"floorwalker.log.format", "floorwalker.node.name"}),
               boost::test_tools::per_element());
    BOOST_TEST(difference.tenants.size() == (reload == 0 ? 1u : 0u));
    BOOST_TEST(difference.log_level == (reload == 0));
    keep_until_restart(now, running);
    running = std::move(now);
    BOOST_TEST(running.configuration.node.name == "node-1");
    BOOST_TEST(running.configuration.log.level == "debug");
    BOOST_TEST((running.configuration.log.format == log_format::text));
    BOOST_TEST(running.configuration.sinks.size() == 1u);
  }
  auto back = read(node(acme));
  BOOST_TEST(told(difference_between(running, back)) ==
                 (texts{"tenant acme rules alerts.max-latency", "sink hook removed", "log level"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_part_that_was_left_out_is_missing_for_the_next_reload) {
  auto running = read(node(acme + tenant("globex"), hook));
  auto wanted = read(node(acme + tenant("globex"), hook));
  leave_out_tenant(running, "globex");
  leave_out_sink(running, "hook");
  BOOST_TEST(told(difference_between(running, wanted)) == (texts{"tenant globex added", "sink hook added"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(no_value_of_a_key_stands_in_an_answer_or_in_the_log) {
  auto before = read(node(tenant("acme", "client-id = \"hush-1\"")));
  auto after = read(node(tenant("acme", "client-id = \"hush-2\"")));
  reload_outcome outcome;
  outcome.difference = difference_between(before, after);
  BOOST_TEST(to_json(outcome).find("hush") == std::string::npos);
  for (const auto& line : log_lines(outcome)) BOOST_TEST(line.text.find("hush") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_outcome_is_json_and_lines_of_the_log) {
  reload_outcome outcome;
  outcome.difference.tenants = {{"acme", part_change::rules, {"alerts.max-latency"}},
                                {"globex", part_change::added, {}}};
  outcome.difference.sinks = {{"wall", part_change::restarted, {"url"}}};
  outcome.difference.receivers = {{"pager", part_change::added, {}}};
  outcome.difference.needs_restart = {"floorwalker.node.name"};
  outcome.read_again = {"tokens"};
  outcome.not_done = {"sink \"x\" did not end"};
  auto wanted = boost::json::parse(R"({"changed":[
      {"part":"tenant","name":"acme","change":"rules","keys":["alerts.max-latency"]},
      {"part":"tenant","name":"globex","change":"added","keys":[]},
      {"part":"sink","name":"wall","change":"restarted","keys":["url"]},
      {"part":"receiver","name":"pager","change":"added","keys":[]},
      {"part":"tokens","change":"read again","keys":[]}],
      "needsRestart":["floorwalker.node.name"],"notDone":["sink \"x\" did not end"]})");
  BOOST_TEST(boost::json::serialize(boost::json::parse(to_json(outcome))) == boost::json::serialize(wanted));
  texts lines;
  for (const auto& line : log_lines(outcome)) lines.push_back((line.is_error ? "! " : "") + line.text);
  BOOST_TEST(lines == (texts{"reload: tokens read again", "reload: tenant acme goes by new rules (alerts.max-latency)",
                             "reload: tenant globex was added", "reload: sink wall was started again (url)",
                             "reload: receiver of alerts pager was added",
                             "reload: floorwalker.node.name counts with the next start of the process",
                             "! reload: sink \"x\" did not end", "reload: done"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
