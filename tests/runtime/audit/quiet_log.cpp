// Trails of tests get into trouble all the time; what they would log of it is not looked at.
#include <boost/test/unit_test.hpp>

#include <spdlog/spdlog.h>

namespace {

struct quiet_log {
  quiet_log() { spdlog::set_level(spdlog::level::off); }
};

} // namespace

BOOST_TEST_GLOBAL_FIXTURE(quiet_log);
