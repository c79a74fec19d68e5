#define BOOST_TEST_MODULE interop
#include "tests/interop/engine_under_test.hpp"

#include <boost/test/unit_test.hpp>
#include <spdlog/spdlog.h>

#include <csignal>

namespace {

/// Log lines are for a person who looks for the reason of a failure; the secret is where settings say.
struct surroundings {
  surroundings() {
    spdlog::set_level(spdlog::level::off);
    if (std::getenv("INTEROP_LOG") != nullptr) spdlog::set_level(spdlog::level::debug);
    std::signal(SIGPIPE, SIG_IGN);
    ::setenv(floorwalker::interop::secret_variable, "open-sesame", 1);
    ::setenv(floorwalker::interop::wrong_secret_variable, "not-this-one", 1);
  }
  ~surroundings() { floorwalker::interop::remove_tls_directory(); }
};

} // namespace

BOOST_TEST_GLOBAL_FIXTURE(surroundings);
