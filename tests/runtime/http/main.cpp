#define BOOST_TEST_MODULE http
#include <boost/test/unit_test.hpp>

#include <spdlog/spdlog.h>

#include <csignal>

namespace {

struct quiet_process {
  quiet_process() {
    spdlog::set_level(spdlog::level::off); // hostile clients are meant to be warned about
    std::signal(SIGPIPE, SIG_IGN);         // as in the engine
  }
};
BOOST_TEST_GLOBAL_FIXTURE(quiet_process);

} // namespace
