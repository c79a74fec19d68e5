#include "runtime/audit/signing_key.hpp"

#include "tests/runtime/audit/failing_files.hpp"
#include "tests/runtime/audit/sample_trail.hpp"
#include "tests/runtime/audit/scratch_folder.hpp"

#include <boost/test/unit_test.hpp>

#include <sys/stat.h>

#include <string>

namespace floorwalker {
namespace {

using namespace testing;

mode_t mode_of(const std::filesystem::path& path) {
  struct stat status {};
  BOOST_REQUIRE_EQUAL(::stat(path.c_str(), &status), 0);
  return status.st_mode & 07777;
}

BOOST_AUTO_TEST_SUITE(signing_key_suite)

BOOST_AUTO_TEST_CASE(a_key_is_made_once_and_only_its_owner_may_read_it) {
  scratch_folder scratch;
  file_system files;
  auto first = open_signing_key(files, scratch / "data");
  BOOST_REQUIRE_EQUAL(first.problem, "");
  BOOST_TEST(mode_of(scratch / "data/keys") == 0700U);
  BOOST_TEST(mode_of(scratch / "data/keys/checkpoint.pem") == 0600U);
  BOOST_TEST(content_of(scratch / "data/keys/checkpoint.pub") == first.key->public_pem());
  auto second = open_signing_key(files, scratch / "data");
  BOOST_REQUIRE_EQUAL(second.problem, "");
  BOOST_TEST(second.key->public_pem() == first.key->public_pem());
  BOOST_TEST(second.key->id() == first.key->id());
  BOOST_TEST(first.key->id().size() == 16U);
  BOOST_TEST(public_key_id(first.key->public_pem()) == first.key->id());
}

BOOST_AUTO_TEST_CASE(a_signature_holds_for_its_text_and_key_alone) {
  auto key = new_signing_key();
  auto signature = key->sign("the trail");
  BOOST_TEST(signature.size() == 64U);
  BOOST_TEST(is_signed_by(key->public_pem(), "the trail", signature));
  BOOST_TEST(!is_signed_by(key->public_pem(), "the trial", signature));
  BOOST_TEST(!is_signed_by(new_signing_key()->public_pem(), "the trail", signature));
  BOOST_TEST(!is_signed_by(key->public_pem(), "the trail", signature.substr(1)));
  BOOST_TEST(!is_signed_by("no key", "the trail", signature));
  BOOST_TEST(public_key_id("no key") == "");
}

BOOST_AUTO_TEST_CASE(a_key_that_others_may_read_is_refused) {
  scratch_folder scratch;
  file_system files;
  BOOST_REQUIRE(open_signing_key(files, scratch.path()).key);
  for (mode_t mode : {0640, 0604, 0620, 0601}) {
    ::chmod((scratch / "keys/checkpoint.pem").c_str(), mode);
    auto opened = open_signing_key(files, scratch.path());
    BOOST_TEST(!opened.key);
    BOOST_TEST(opened.problem.find("others may read") != std::string::npos, opened.problem);
  }
}

BOOST_AUTO_TEST_CASE(what_is_no_key_is_refused_and_stays) {
  scratch_folder scratch;
  file_system files;
  // The last one wants a pass phrase, and nobody is asked for one.
  for (auto content :
       {"", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIGbMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAgnJbYZ6Fc\n"
        "-----END ENCRYPTED PRIVATE KEY-----\n"}) {
    std::filesystem::create_directories(scratch / "keys");
    auto path = scratch / "keys/checkpoint.pem";
    write_content(path, content);
    ::chmod(path.c_str(), 0600);
    auto opened = open_signing_key(files, scratch.path());
    BOOST_TEST(!opened.key);
    BOOST_TEST(opened.problem.find(path.string()) != std::string::npos, opened.problem);
    BOOST_TEST(content_of(path) == content);
  }
}

BOOST_AUTO_TEST_CASE(a_key_that_cannot_be_written_is_no_key_and_leaves_none) {
  scratch_folder scratch;
  failing_files files;
  files.room = 20;
  auto opened = open_signing_key(files, scratch.path());
  BOOST_TEST(!opened.key);
  BOOST_TEST(opened.problem.find("No space left") != std::string::npos, opened.problem);
  BOOST_TEST(!std::filesystem::exists(scratch / "keys/checkpoint.pem"));
  files.room = failing_files::no_limit;
  BOOST_TEST(open_signing_key(files, scratch.path()).key);
  BOOST_TEST(mode_of(scratch / "keys/checkpoint.pem") == 0600U);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace floorwalker
