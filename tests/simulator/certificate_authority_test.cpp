#include <filesystem>
#include <fstream>

#include <boost/asio/ssl/context.hpp>
#include <boost/test/unit_test.hpp>

#include <sys/stat.h>
#include <unistd.h>

#include "simulator/certificate_authority.hpp"

using namespace floorwalker::simulator;

namespace {

struct scratch_folder {
  scratch_folder() {
    auto pattern = (std::filesystem::temp_directory_path() / "simulator-test-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no scratch folder");
    path = pattern;
  }
  ~scratch_folder() { std::filesystem::remove_all(path); }
  std::filesystem::path path;
};

} // namespace

BOOST_AUTO_TEST_SUITE(certificate_authority_test)

BOOST_AUTO_TEST_CASE(an_identity_is_made_once_and_kept_with_a_private_key) {
  auto scratch = scratch_folder{};
  auto folder = (scratch.path / "deep" / "tls").string();
  auto first = kept_identity(folder);
  auto second = kept_identity(folder);
  BOOST_TEST(first.ca == second.ca);
  BOOST_TEST(first.key == second.key);
  struct stat found {};
  BOOST_TEST(::stat((folder + "/server-key.pem").c_str(), &found) == 0);
  BOOST_TEST((found.st_mode & 0777) == 0600u);
}

BOOST_AUTO_TEST_CASE(a_damaged_identity_is_replaced) {
  auto scratch = scratch_folder{};
  auto first = kept_identity(scratch.path.string());
  std::ofstream{scratch.path / "server.pem"} << "no certificate";
  auto second = kept_identity(scratch.path.string());
  BOOST_TEST(first.ca != second.ca);
  BOOST_TEST(second.certificate.starts_with("-----BEGIN CERTIFICATE-----"));
}

BOOST_AUTO_TEST_CASE(a_folder_that_cannot_be_made_is_named) {
  BOOST_CHECK_EXCEPTION(kept_identity("/proc/no/such"), std::runtime_error, [](const std::runtime_error& problem) {
    return std::string{problem.what()}.find("/proc/no/such") != std::string::npos;
  });
}

BOOST_AUTO_TEST_SUITE_END()
