#define BOOST_TEST_MODULE configuration
#include <boost/test/unit_test.hpp>

#include <caf/init_global_meta_objects.hpp>

namespace {

// CAF's table of option types is asked when its own options are checked.
struct meta_objects {
  meta_objects() { caf::core::init_global_meta_objects(); }
};

} // namespace

BOOST_TEST_GLOBAL_FIXTURE(meta_objects);
