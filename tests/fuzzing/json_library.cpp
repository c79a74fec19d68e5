// Boost.JSON's bodies, instrumented like ours.
#include <boost/json/src.hpp>
