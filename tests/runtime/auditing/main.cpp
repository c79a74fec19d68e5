#define BOOST_TEST_MODULE auditing
#include <boost/test/unit_test.hpp>
