#define BOOST_TEST_MODULE alerting
#include <boost/test/unit_test.hpp>
