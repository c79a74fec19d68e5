#define BOOST_TEST_MODULE hub
#include "tests/actors/virtual_floor.hpp"

using floorwalker::testing::type_tables;
BOOST_TEST_GLOBAL_FIXTURE(type_tables);
