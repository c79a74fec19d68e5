// What exists is also run: test files are built, configuration files are loaded.
#include "tests/tree/repository.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

using namespace floorwalker::tree;

namespace {

std::string folder_of(std::string_view path) { return std::string{path.substr(0, path.rfind('/'))}; }
std::string name_of(std::string_view path) { return std::string{path.substr(path.rfind('/') + 1)}; }

/// The next CMakeLists.txt from the file's folder upwards.
const text_file* build_file_of(const std::string& path) {
  for (auto folder = folder_of(path); folder.find('/') != std::string::npos; folder = folder_of(folder))
    if (auto found = find(folder + "/CMakeLists.txt")) return found;
  return nullptr;
}

} // namespace

BOOST_AUTO_TEST_CASE(every_test_file_is_built) {
  for (const auto& file : files()) {
    if (!file.is_below("tests/") || !(file.path.ends_with("_test.cpp") || file.path.ends_with("_fuzzer.cpp"))) continue;
    auto build = build_file_of(file.path);
    BOOST_TEST(build != nullptr, file.path << ": no CMakeLists.txt in its folder");
    if (!build) continue;
    auto says = [&](std::string_view text) { return build->text.find(text) != std::string::npos; };
    auto same_folder = folder_of(build->path) == folder_of(file.path);
    auto target = name_of(file.path);
    auto by_name = says(target) || (target.ends_with("_fuzzer.cpp") && says("${target}_fuzzer.cpp") &&
                                    says(target.substr(0, target.size() - std::string_view{"_fuzzer.cpp"}.size())));
    // A CMakeLists.txt for several rooms takes the folders that have a main.cpp.
    auto by_pattern = same_folder ? says("CONFIGURE_DEPENDS *.cpp")
                                  : says("*/main.cpp") && find(folder_of(file.path) + "/main.cpp") != nullptr;
    BOOST_TEST((by_name || by_pattern), file.path << ": " << build->path << " does not build it");
  }
}

BOOST_AUTO_TEST_CASE(every_folder_of_tests_is_part_of_the_build) {
  auto top = find("tests/CMakeLists.txt");
  BOOST_REQUIRE(top != nullptr);
  for (const auto& file : files()) {
    if (!file.is_below("tests/") || !file.path.ends_with("/CMakeLists.txt") || file.path == top->path) continue;
    auto room = folder_of(file.path).substr(std::string_view{"tests/"}.size());
    BOOST_TEST(find_word(top->text, room) != std::string_view::npos,
               file.path << ": tests/CMakeLists.txt does not name " << room);
  }
}

BOOST_AUTO_TEST_CASE(every_configuration_file_is_loaded_by_a_test) {
  auto tested_all = [](const text_file& file) {
    return file.is_below("tests/") && file.is_cpp() && !file.is_below("tests/tree/") &&
           file.text.find("directory_iterator{project / \"configs\"}") != std::string::npos;
  };
  auto walked = std::ranges::any_of(files(), tested_all);
  for (const auto& config : files()) {
    if (!config.is_below("configs/") || !config.path.ends_with(".conf")) continue;
    auto named = std::ranges::any_of(files(), [&](const text_file& file) {
      return file.is_below("tests/") && file.is_cpp() && file.text.find(name_of(config.path)) != std::string::npos;
    });
    BOOST_TEST((walked || named), config.path << ": no test loads it");
    auto page = find("docs/configuration.md");
    BOOST_TEST((page && page->text.find(name_of(config.path)) != std::string::npos),
               config.path << ": docs/configuration.md does not say what it is for");
  }
}

BOOST_AUTO_TEST_CASE(every_script_can_be_run) {
  for (const auto& file : files()) {
    if (!file.is_below("scripts/") || name_of(file.path).find('.') != std::string::npos) continue;
    using std::filesystem::perms;
    auto runnable = (std::filesystem::status(root() / file.path).permissions() & perms::owner_exec) != perms::none;
    // What other scripts read into themselves is named so in its first line.
    auto sourced = lines_of(file.text).front().find("ource") != std::string_view::npos;
    BOOST_TEST((runnable || sourced), file.path << ": is not executable");
    if (sourced) continue;
    BOOST_TEST(file.text.starts_with("#!"), file.path << ": does not say what runs it");
  }
}
