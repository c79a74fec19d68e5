#include "runtime/network/retry_after.hpp"

#include <boost/test/unit_test.hpp>

using namespace floorwalker;
using namespace std::chrono;

BOOST_AUTO_TEST_CASE(retry_after_is_seconds_or_a_date) {
  const floorwalker::utc_time now = sys_days{year{1994} / November / 6} + 8h + 49min;
  struct row {
    const char* text;
    int seconds; ///< -1: none
  };
  const row rows[] = {
      {"0", 0},
      {"120", 120},
      {"  7 ", 7},
      {"99999999", 86400},
      {"99999999999999999999999", 86400},
      {"Sun, 06 Nov 1994 08:49:37 GMT", 37},
      {"Sunday, 06-Nov-94 08:49:37 GMT", 37},
      {"Sun Nov  6 08:49:37 1994", 37},
      {"Sun, 06 Nov 1994 08:00:00 GMT", 0},
      {"", -1},
      {"-5", -1},
      {"1.5", -1},
      {"soon", -1},
      {"Sun, 06 Nov 1994 08:49:37", -1},
      {"Sun, 36 Nov 1994 08:49:37 GMT", -1},
      {"Sun, 06 Nov 1994 25:49:37 GMT", -1},
      {"Sun, 06 Foo 1994 08:49:37 GMT", -1},
      {", ", -1},
      {"Sun", -1},
  };
  for (auto& r : rows) BOOST_TEST_CONTEXT(r.text) {
      auto delay = parse_retry_after(r.text, now);
      BOOST_TEST((delay ? delay->count() : -1) == r.seconds);
    }
}
