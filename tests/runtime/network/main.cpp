#define BOOST_TEST_MODULE network
#include <boost/test/unit_test.hpp>

#include "messages/actors.hpp"

#include <caf/init_global_meta_objects.hpp>
#include <spdlog/spdlog.h>

namespace {

struct meta_objects {
  meta_objects() {
    caf::init_global_meta_objects<caf::id_block::floorwalker>();
    caf::core::init_global_meta_objects();
    spdlog::set_level(spdlog::level::err); // hostile gateways are meant to be warned about
  }
};
BOOST_TEST_GLOBAL_FIXTURE(meta_objects);

} // namespace
