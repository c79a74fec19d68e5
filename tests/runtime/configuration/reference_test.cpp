// The reference page, the reference file and the ready configurations follow the table of keys.
// FLOORWALKER_REWRITE=1 in the environment writes page and file anew instead of complaining.
#include "runtime/configuration/block_reader.hpp"
#include "runtime/configuration/key_reference.hpp"
#include "runtime/configuration/value_check.hpp"
#include "tests/runtime/configuration/imagined_machine.hpp"

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace {

using namespace floorwalker;

const std::filesystem::path project = FLOORWALKER_SOURCE_DIR;

constexpr std::string_view begin_mark = "<!-- keys: written from the table of keys -->\n";
constexpr std::string_view end_mark = "<!-- keys: end -->\n";

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file{path, std::ios::binary};
  BOOST_REQUIRE_MESSAGE(file, "cannot read " << path);
  return {std::istreambuf_iterator<char>{file}, {}};
}

bool rewriting() {
  auto* value = std::getenv("FLOORWALKER_REWRITE");
  return value && std::string_view{value} == "1";
}

void write_file(const std::filesystem::path& path, const std::string& text) {
  std::ofstream{path, std::ios::binary} << text;
}

/// A machine on which every secret and file is there, for configurations that name some.
imagined_machine complete_machine() {
  imagined_machine machine;
  machine.any_file_will_do = true;
  for (auto* name : {"ACME_CLIENT_SECRET", "GLOBEX_CLIENT_SECRET", "INITECH_CLIENT_SECRET", "HOOK_SECRET",
                     "SINK_PASSWORD", "ALERTING_AUTHORIZATION"})
    machine.variables.emplace(name, "x");
  return machine;
}

BOOST_AUTO_TEST_CASE(the_page_has_the_reference_of_every_key_and_no_other) {
  auto path = project / "docs" / "configuration.md";
  auto page = read_file(path);
  auto begin = page.find(begin_mark);
  auto end = page.find(end_mark);
  BOOST_REQUIRE(begin != std::string::npos);
  BOOST_REQUIRE(end != std::string::npos);
  begin += begin_mark.size();
  auto wanted = fmt::format("\n{}\n", key_reference_markdown());
  if (rewriting())
    write_file(path, page.replace(begin, end - begin, wanted));
  else
    BOOST_TEST(page.substr(begin, end - begin) == wanted,
               "run the test with FLOORWALKER_REWRITE=1 and look at the difference");
}

BOOST_AUTO_TEST_CASE(the_reference_file_names_every_key_and_no_other) {
  auto path = project / "configs" / "reference.conf";
  if (rewriting()) write_file(path, key_reference_file());
  BOOST_TEST(read_file(path) == key_reference_file(),
             "run the test with FLOORWALKER_REWRITE=1 and look at the difference");
}

BOOST_AUTO_TEST_CASE(the_reference_file_switched_on_has_only_keys_that_exclude_each_other) {
  std::string text;
  std::istringstream lines{key_reference_file()};
  for (std::string line; std::getline(lines, line);) {
    auto mark = line.find('#');
    bool switched_off = mark != std::string::npos && line.find_first_not_of(' ') == mark && line[mark + 1] != ' ';
    // An entry inside a block that is off has its own indentation behind the mark.
    if (switched_off) line.erase(mark, 1);
    text += line + "\n";
  }
  for (auto& problem : complete_machine().problems(text)) {
    bool exclusive = contains(problem, "found both") || contains(problem, ".any.type: missing") ||
                     contains(problem, ".url: missing: whoever is told") ||
                     contains(problem, "there is no tenant \"acme\"");
    BOOST_TEST(exclusive, problem);
  }
}

BOOST_AUTO_TEST_CASE(every_ready_configuration_loads) {
  std::size_t count = 0;
  for (auto& entry : std::filesystem::directory_iterator{project / "configs"}) {
    if (entry.path().extension() != ".conf") continue;
    ++count;
    BOOST_TEST_CONTEXT(entry.path().filename()) {
      auto result = complete_machine().read(read_file(entry.path()));
      for (auto& problem : result.problems) BOOST_ERROR(problem.to_line());
      for (auto& warning : result.warnings) BOOST_ERROR(warning);
      BOOST_TEST(!result.configuration.tenants.empty());
    }
  }
  BOOST_TEST(count >= 4u);
}

BOOST_AUTO_TEST_CASE(the_example_of_the_page_loads) {
  auto page = read_file(project / "docs" / "configuration.md");
  auto begin = page.find("    # A comment reaches");
  auto end = page.find("* Text stands in quotes", begin);
  BOOST_REQUIRE(begin != std::string::npos);
  BOOST_REQUIRE(end != std::string::npos);
  auto result = complete_machine().read(page.substr(begin, end - begin));
  for (auto& problem : result.problems) BOOST_ERROR(problem.to_line());
  BOOST_TEST(result.configuration.tenants.at(0).name == "acme");
}

BOOST_AUTO_TEST_CASE(the_demo_takes_address_and_certificate_from_the_command_line) {
  auto text = read_file(project / "configs" / "demo.conf");
  auto result = complete_machine().read(text, {{"floorwalker.tenants.demo.base-url", "https://127.0.0.1:9443"},
                                               {"floorwalker.tenants.demo.ca-file", "/tmp/x/ca.pem"}});
  BOOST_TEST(result.problems.empty());
  BOOST_TEST(result.configuration.tenants.at(0).base_url == "https://127.0.0.1:9443");
  BOOST_TEST(result.configuration.tenants.at(0).ca_file == "/tmp/x/ca.pem");
  BOOST_TEST((result.configuration.sinks.at(0).view == console_view::live));
}

template <class Settings>
void check_table(std::span<const key_entry<Settings>> table) {
  auto machine = complete_machine();
  auto around = machine.around();
  for (auto& entry : table) BOOST_TEST_CONTEXT(std::string{entry.key.path}) {
      auto standard = default_text(entry);
      for (auto& text : {std::string{entry.key.example}, standard}) {
        if (text.empty()) continue;
        auto read = parse_config_text("value = " + text);
        BOOST_TEST(read.problems.empty());
        auto* value = caf::get_if(&read.values, "value");
        BOOST_REQUIRE(value);
        for (auto& remark : check_value(entry.key, *value, around).problems) BOOST_ERROR(text << ": " << remark.what);
      }
      bool says_its_default = !standard.empty() || !entry.key.absent.empty();
      BOOST_TEST(says_its_default);
      BOOST_TEST(entry.key.meaning.ends_with('.'));
    }
}

BOOST_AUTO_TEST_CASE(examples_and_defaults_of_the_table_pass_their_own_checks) {
  check_table(node_keys());
  check_table(tenant_keys());
  check_table(sink_keys());
  check_table(receiver_keys());
}

} // namespace
