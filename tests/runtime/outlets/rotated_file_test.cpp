#include "runtime/outlets/rotated_file.hpp"

#include "tests/runtime/audit/failing_files.hpp"
#include "tests/runtime/outlets/outlet_samples.hpp"

#include <sys/resource.h>

#include <csignal>

namespace floorwalker {
namespace {

using testing::content_of;
using testing::group_of;
using testing::put;
using testing::scratch_folder;

struct file_fixture {
  rotated_file file(rotation when = {}) { return {path, when, interruption, files}; }

  std::string rotated(int age) const { return content_of(path.string() + '.' + std::to_string(age)); }
  bool exists(int age) const { return std::filesystem::exists(path.string() + '.' + std::to_string(age)); }

  scratch_folder folder;
  std::filesystem::path path = folder / "trail.jsonl";
  write_interruption interruption;
  std::shared_ptr<testing::failing_files> files = std::make_shared<testing::failing_files>();
};

/// While it lives, no file may grow past `bytes`: a write ends in the middle, as on a full disk.
class file_size_limit {
public:
  explicit file_size_limit(rlim_t bytes) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    auto limited = before_;
    limited.rlim_cur = bytes;
    ::setrlimit(RLIMIT_FSIZE, &limited);
    handler_ = std::signal(SIGXFSZ, SIG_IGN);
  }
  ~file_size_limit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }
  file_size_limit(const file_size_limit&) = delete;
  file_size_limit& operator=(const file_size_limit&) = delete;

private:
  rlimit before_{};
  void (*handler_)(int) = nullptr;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(files, file_fixture)

BOOST_AUTO_TEST_CASE(a_file_has_one_writer_at_a_time) {
  auto second = file();
  {
    auto first = file({3, 2});
    BOOST_TEST(first.write(1, group_of({"a\n"})) == "");
    auto refused = "cannot write " + path.string() + ": another sink or process is writing to it";
    BOOST_TEST(second.write(1, group_of({"x\n"})) == refused);
    BOOST_TEST(first.write(2, group_of({"b\n"})) == ""); // into a new file
    BOOST_TEST(second.write(1, group_of({"x\n"})) == refused);
  }
  BOOST_TEST(second.write(1, group_of({"x\n"})) == "");
  BOOST_TEST(content_of(path) == "b\nx\n");
}

BOOST_AUTO_TEST_CASE(lines_are_appended_and_the_folder_is_made) {
  path = folder / "a/b/trail.jsonl";
  BOOST_TEST(file().write(1, group_of({"a\n", "b\n"})) == "");
  BOOST_TEST(file().write(1, group_of({"c\n"})) == "");
  BOOST_TEST(content_of(path) == "a\nb\nc\n");
}

BOOST_AUTO_TEST_CASE(nothing_is_made_before_there_is_something_to_write) {
  auto unused = file();
  BOOST_TEST(!std::filesystem::exists(path));
}

BOOST_AUTO_TEST_CASE(a_line_that_was_left_unfinished_is_ended_first) {
  put(path, "a\n{\"torn\":");
  BOOST_TEST(file().write(1, group_of({"b\n"})) == "");
  BOOST_TEST(content_of(path) == "a\n{\"torn\":\nb\n");
}

BOOST_AUTO_TEST_CASE(no_file_grows_past_the_bound_and_the_youngest_are_kept) {
  auto rotated_at_six = file({6, 2});
  BOOST_TEST(rotated_at_six.write(1, group_of({"a1\nb1\nc1\nd1\ne1\n", "f1\ng1\n"})) == "");
  BOOST_TEST(content_of(path) == "g1\n");
  BOOST_TEST(rotated(1) == "e1\nf1\n");
  BOOST_TEST(rotated(2) == "c1\nd1\n");
  BOOST_TEST(!exists(3));
}

BOOST_AUTO_TEST_CASE(a_line_longer_than_the_bound_gets_a_file_of_its_own) {
  BOOST_TEST(file({4, 5}).write(1, group_of({"a\nlonger than four\nb\n"})) == "");
  BOOST_TEST(rotated(2) == "a\n");
  BOOST_TEST(rotated(1) == "longer than four\n");
  BOOST_TEST(content_of(path) == "b\n");
}

BOOST_AUTO_TEST_CASE(with_none_to_keep_a_full_file_is_removed) {
  BOOST_TEST(file({4, 0}).write(1, group_of({"a1\nb1\n"})) == "");
  BOOST_TEST(content_of(path) == "b1\n");
  BOOST_TEST(!exists(1));
}

BOOST_AUTO_TEST_CASE(a_file_that_is_full_already_at_the_start_is_rotated) {
  put(path, "old and full\n");
  BOOST_TEST(file({8, 1}).write(1, group_of({"a\n"})) == "");
  BOOST_TEST(rotated(1) == "old and full\n");
  BOOST_TEST(content_of(path) == "a\n");
}

BOOST_AUTO_TEST_CASE(a_file_that_was_moved_away_is_begun_again) {
  auto moved = file();
  moved.write(1, group_of({"a\n"}));
  std::filesystem::rename(path, folder / "elsewhere");
  BOOST_TEST(moved.write(2, group_of({"b\n"})) == "");
  BOOST_TEST(content_of(path) == "b\n");
}

BOOST_AUTO_TEST_CASE(a_write_that_failed_half_way_goes_on_there) {
  auto stopped = file();
  auto group = group_of({"first\nsecond\n", "third\n"});
  {
    file_size_limit full{8};
    auto problem = stopped.write(1, group);
    BOOST_TEST(problem == "cannot write " + path.string() + ": File too large");
    BOOST_TEST(content_of(path) == "first\nse");
    BOOST_TEST(stopped.write(1, group) == problem);
  }
  BOOST_TEST(stopped.write(1, group) == "");
  BOOST_TEST(content_of(path) == "first\nsecond\nthird\n");
}

BOOST_AUTO_TEST_CASE(another_group_behind_one_that_failed_within_a_line_ends_that_line_first) {
  auto stopped = file();
  {
    file_size_limit full{8};
    stopped.write(1, group_of({"first\nsecond\n"}));
  }
  BOOST_TEST(stopped.write(2, group_of({"second\nthird\n"})) == "");
  BOOST_TEST(content_of(path) == "first\nse\nsecond\nthird\n");
}

BOOST_AUTO_TEST_CASE(after_a_failure_in_a_file_that_was_replaced_the_whole_line_is_written) {
  auto stopped = file();
  auto group = group_of({"first\nsecond\n"});
  {
    file_size_limit full{8};
    stopped.write(1, group);
  }
  std::filesystem::remove(path);
  put(path, "begun by somebody else");
  BOOST_TEST(stopped.write(1, group) == "");
  BOOST_TEST(content_of(path) == "begun by somebody else\nsecond\n");
}

BOOST_AUTO_TEST_CASE(a_path_that_cannot_be_opened_is_told_and_tried_again) {
  path = folder / "in-the-way/trail.jsonl";
  put(folder / "in-the-way", "a file");
  auto blocked = file();
  BOOST_TEST(blocked.write(1, group_of({"a\n"})).starts_with("cannot open " + path.string()));
  std::filesystem::remove(folder / "in-the-way");
  BOOST_TEST(blocked.write(1, group_of({"a\n"})) == "");
  BOOST_TEST(content_of(path) == "a\n");
}

BOOST_AUTO_TEST_CASE(a_group_is_on_the_disk_when_it_counts_as_written) {
  auto kept = file({6, 2});
  BOOST_TEST(kept.write(1, group_of({"a\n", "b\n"})) == "");
  BOOST_TEST(files->synchronisations == 1U);
  BOOST_TEST(files->folder_synchronisations == 1U); // the file is new
  BOOST_TEST(kept.write(2, group_of({"c\n"})) == "");
  BOOST_TEST(files->synchronisations == 2U);
  BOOST_TEST(files->folder_synchronisations == 1U);
  BOOST_TEST(kept.write(3, group_of({"d\n", "e\nf\ng\nh\n"})) == ""); // rotated twice, and once before any of it
  BOOST_TEST(rotated(2) == "a\nb\nc\n");
  BOOST_TEST(content_of(path) == "g\nh\n");
  BOOST_TEST(files->synchronisations == 4U);
  BOOST_TEST(files->folder_synchronisations == 3U);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_synchronised_was_not_written_and_is_written_again) {
  auto failing = file({6, 2});
  BOOST_TEST(failing.write(1, group_of({"a\n"})) == "");
  files->synchronise_error = EIO;
  auto told = "cannot synchronise " + path.string() + ": Input/output error";
  auto group = group_of({"b\n", "c\nd\n"});
  for (auto attempt = 0; attempt < 2; ++attempt) {
    BOOST_TEST(failing.write(2, group) == told); // before the rotation already
    BOOST_TEST(content_of(path) == "a\n");
    BOOST_TEST(!exists(1));
  }
  files->synchronise_error = 0;
  BOOST_TEST(failing.write(2, group) == "");
  BOOST_TEST(rotated(1) == "a\nb\nc\n");
  BOOST_TEST(content_of(path) == "d\n");
}

BOOST_AUTO_TEST_CASE(a_new_file_whose_name_may_get_lost_takes_nothing) {
  auto failing = file({2, 1});
  BOOST_TEST(failing.write(1, group_of({"a\n"})) == "");
  files->folder_synchronise_error = EIO;
  BOOST_TEST(failing.write(2, group_of({"b\n"})) ==
             "cannot synchronise " + folder.path().string() + ": Input/output error");
  BOOST_TEST(content_of(path) == "");
  files->folder_synchronise_error = EINVAL; // a file system that can't do it, and never will
  BOOST_TEST(failing.write(2, group_of({"b\n"})) == "");
  BOOST_TEST(rotated(1) == "a\n");
  BOOST_TEST(content_of(path) == "b\n");
}

BOOST_AUTO_TEST_CASE(a_device_is_neither_rotated_nor_mended_nor_synchronised) {
  path = "/dev/null";
  BOOST_TEST(file({4, 1}).write(1, group_of({"a longer line\nanother\n"})) == "");
  BOOST_TEST(!exists(1));
  BOOST_TEST(files->synchronisations == 0U);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace floorwalker
