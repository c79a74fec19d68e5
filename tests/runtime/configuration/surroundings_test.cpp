// The real machine: files, variables, time zones, and finding the configuration file.
#include "runtime/configuration/configuration.hpp"

#include <boost/test/unit_test.hpp>

#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace {

using namespace floorwalker;

/// A folder of its own that is gone afterwards.
struct own_folder {
  own_folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "floorwalker-test-XXXXXX").string();
    BOOST_REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    path = pattern;
  }
  ~own_folder() { std::filesystem::remove_all(path); }

  std::string file(const char* name, const char* text, ::mode_t mode = 0600) const {
    auto full = (path / name).string();
    std::ofstream{full} << text;
    ::chmod(full.c_str(), mode);
    return full;
  }
  std::filesystem::path path;
};

BOOST_FIXTURE_TEST_CASE(a_file_is_described_as_it_is, own_folder) {
  auto around = process_surroundings();
  auto good = around.inspect_file(file("good", "x"));
  BOOST_TEST(good.error == "");
  BOOST_TEST(!good.empty);
  BOOST_TEST(!good.others_may_read);
  BOOST_TEST(around.inspect_file(file("open", "x", 0644)).others_may_read);
  BOOST_TEST(around.inspect_file(file("empty", "")).empty);
  BOOST_TEST(around.inspect_file((path / "none").string()).error == "No such file or directory");
  BOOST_TEST(around.inspect_file(path.string()).error == "Is a directory");
}

BOOST_AUTO_TEST_CASE(variables_and_limits_are_those_of_the_process) {
  auto around = process_surroundings();
  ::setenv("FLOORWALKER_TEST_VARIABLE", "x", 1);
  BOOST_TEST(around.environment("FLOORWALKER_TEST_VARIABLE").value() == "x");
  ::unsetenv("FLOORWALKER_TEST_VARIABLE");
  BOOST_TEST(!around.environment("FLOORWALKER_TEST_VARIABLE").has_value());
  for (const auto* zone : {"Europe/Berlin", "America/Argentina/Ushuaia", "Etc/GMT+5"})
    BOOST_TEST(around.knows_time_zone(zone), zone);
  // Some of these are files of the same folder.
  for (const auto* zone :
       {"Mars/Olympus", "tzdata.zi", "zone1970.tab", "Europe", "", "/etc/localtime", "../zoneinfo/Europe/Berlin"})
    BOOST_TEST(!around.knows_time_zone(zone), zone);
  auto limits = process_open_file_limits();
  BOOST_TEST(limits.soft <= limits.hard);
  BOOST_TEST(limits.soft > 0u);
}

BOOST_FIXTURE_TEST_CASE(a_configuration_file_that_cannot_be_read_is_a_problem_with_the_reason, own_folder) {
  auto gone = (path / "gone.conf").string();
  auto result = load_configuration(gone, {}, process_surroundings());
  BOOST_REQUIRE(result.problems.size() == 1u);
  BOOST_TEST(result.problems[0].to_line() == gone + ": cannot read the configuration file: No such file or directory");
  auto folder = load_configuration(path.string(), {}, process_surroundings());
  BOOST_REQUIRE(folder.problems.size() == 1u);
  BOOST_TEST(folder.problems[0].what == "cannot read the configuration file: Is a directory");
}

BOOST_FIXTURE_TEST_CASE(a_named_file_is_read_and_named_in_problems, own_folder) {
  auto name = file("f.conf", "floorwalker { oops = 1 }");
  auto result = load_configuration(name, {{"floorwalker.log.level", "debug"}}, process_surroundings());
  BOOST_REQUIRE(!result.problems.empty());
  BOOST_TEST(result.problems[0].to_line() == name + ":1:15: floorwalker.oops: unknown key");
  BOOST_TEST(result.configuration.log.level == "debug");
}

} // namespace
