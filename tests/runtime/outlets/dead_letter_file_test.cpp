#include "runtime/outlets/dead_letter_file.hpp"

#include "tests/runtime/outlets/outlet_samples.hpp"

#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <vector>

namespace floorwalker {
namespace {

using testing::content_of;
using testing::opening;
using testing::put;
using testing::scratch_folder;

const std::vector<dead_letter> two = {{"node-1", 3, "HTTP 422", R"({"sequence":7})"},
                                      {"node-1", 3, "HTTP 422", R"({"sequence":8})"}};
const std::string two_lines =
    R"({"at":"2026-11-23T10:00:00.000Z","sink":"hook","reason":"HTTP 422","node":"node-1","epoch":3,"record":{"sequence":7}})"
    "\n"
    R"({"at":"2026-11-23T10:00:00.000Z","sink":"hook","reason":"HTTP 422","node":"node-1","epoch":3,"record":{"sequence":8}})"
    "\n";

/// While it lives, no file of the process grows past `bytes`: the write that would is cut short.
class file_size_limit {
public:
  explicit file_size_limit(rlim_t bytes) : signal_before_{std::signal(SIGXFSZ, SIG_IGN)} {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    rlimit limit{bytes, before_.rlim_max};
    BOOST_REQUIRE(::setrlimit(RLIMIT_FSIZE, &limit) == 0);
  }
  ~file_size_limit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, signal_before_);
  }
  file_size_limit(const file_size_limit&) = delete;
  file_size_limit& operator=(const file_size_limit&) = delete;

private:
  void (*signal_before_)(int);
  rlimit before_{};
};

} // namespace

BOOST_AUTO_TEST_SUITE(dead_letters)

BOOST_AUTO_TEST_CASE(letters_are_json_lines_below_the_data_folder_which_is_made) {
  scratch_folder folder;
  auto path = dead_letter_path(folder / "data", "hook");
  BOOST_TEST(path == folder / "data" / "sinks" / "hook" / "dead-letters.jsonl");
  dead_letter_file file{path, "hook"};
  BOOST_TEST(file.append(opening, two) == "");
  BOOST_TEST(content_of(path) == two_lines);
  BOOST_TEST(file.append(opening, two) == "");
  BOOST_TEST(content_of(path) == two_lines + two_lines);
}

BOOST_AUTO_TEST_CASE(others_may_not_read_the_file) {
  scratch_folder folder;
  dead_letter_file file{folder / "letters", "hook"};
  BOOST_TEST(file.append(opening, two) == "");
  struct stat status {};
  BOOST_REQUIRE(::stat((folder / "letters").c_str(), &status) == 0);
  BOOST_TEST((status.st_mode & 0137) == 0u);
}

BOOST_AUTO_TEST_CASE(a_reason_is_escaped) {
  scratch_folder folder;
  dead_letter_file file{folder / "letters", "hook"};
  std::vector<dead_letter> one = {{"n", 1, "HTTP 400: \"no\"\n", "{}"}};
  BOOST_TEST(file.append(opening, one) == "");
  BOOST_TEST(content_of(folder / "letters").find(R"("reason":"HTTP 400: \"no\"\n",)") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(without_letters_no_file_is_made) {
  scratch_folder folder;
  BOOST_TEST((dead_letter_file{folder / "letters", "hook"}.append(opening, {}) == ""));
  BOOST_TEST(!std::filesystem::exists(folder / "letters"));
}

BOOST_AUTO_TEST_CASE(a_line_that_a_crash_cut_off_is_ended_first) {
  scratch_folder folder;
  put(folder / "letters", R"({"at":"2026)");
  dead_letter_file file{folder / "letters", "hook"};
  BOOST_TEST(file.append(opening, two) == "");
  BOOST_TEST(content_of(folder / "letters") == "{\"at\":\"2026\n" + two_lines);
}

BOOST_AUTO_TEST_CASE(a_file_that_was_moved_away_is_begun_again) {
  scratch_folder folder;
  dead_letter_file file{folder / "letters", "hook"};
  BOOST_TEST(file.append(opening, two) == "");
  std::filesystem::rename(folder / "letters", folder / "seen");
  BOOST_TEST(file.append(opening, two) == "");
  BOOST_TEST(content_of(folder / "letters") == two_lines);
  BOOST_TEST(content_of(folder / "seen") == two_lines);
}

BOOST_AUTO_TEST_CASE(past_its_bound_the_file_takes_nothing_and_says_what_to_do) {
  scratch_folder folder;
  dead_letter_file file{folder / "letters", "hook", two_lines.size() + 10};
  BOOST_TEST(file.append(opening, two) == "");
  BOOST_TEST(file.append(opening, two) == "cannot keep more dead letters in " + (folder / "letters").string() +
                                              ": it has reached its bound of " + std::to_string(two_lines.size() + 10) +
                                              " bytes; move it away");
  BOOST_TEST(content_of(folder / "letters") == two_lines);
  std::filesystem::rename(folder / "letters", folder / "seen");
  BOOST_TEST(file.append(opening, two) == "");
}

BOOST_AUTO_TEST_CASE(letters_that_can_not_be_written_whole_leave_nothing_behind) {
  scratch_folder folder;
  dead_letter_file file{folder / "letters", "hook"};
  BOOST_TEST(file.append(opening, two) == "");
  {
    file_size_limit full{two_lines.size() * 3 / 2};
    BOOST_TEST(file.append(opening, two) == "cannot write " + (folder / "letters").string() + ": File too large");
    BOOST_TEST(content_of(folder / "letters") == two_lines);
  }
  BOOST_TEST(file.append(opening, two) == "");
  BOOST_TEST(content_of(folder / "letters") == two_lines + two_lines);
}

BOOST_AUTO_TEST_CASE(a_place_that_takes_no_file_is_a_problem_in_words) {
  scratch_folder folder;
  put(folder / "flat", "");
  auto below_a_file = dead_letter_path(folder / "flat", "hook");
  BOOST_TEST((dead_letter_file{below_a_file, "hook"}.append(opening, two) ==
              "cannot make " + (folder / "flat/sinks").string() + ": Not a directory"));
  std::filesystem::create_directory(folder / "letters");
  BOOST_TEST((dead_letter_file{folder / "letters", "hook"}.append(opening, two) ==
              "cannot open " + (folder / "letters").string() + ": Is a directory"));
  BOOST_REQUIRE(::mkfifo((folder / "pipe").c_str(), 0600) == 0);
  BOOST_TEST((dead_letter_file{folder / "pipe", "hook"}.append(opening, two) ==
              "cannot keep dead letters in " + (folder / "pipe").string() + ": it is no regular file"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace floorwalker
