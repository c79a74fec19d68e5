#include "messages/figures.hpp"

#include <boost/test/unit_test.hpp>

using namespace floorwalker;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(figures)

BOOST_AUTO_TEST_CASE(bytes_are_told_in_the_unit_that_fits) {
  const std::pair<std::uint64_t, const char*> rows[] = {{0, "0 B"},
                                                        {999, "999 B"},
                                                        {1'000, "1.0 kB"},
                                                        {999'949, "999.9 kB"},
                                                        {999'950, "1.0 MB"},
                                                        {1'540'000'000, "1.5 GB"},
                                                        {UINT64_MAX, "18446.7 PB"}};
  for (auto& [bytes, words] : rows) BOOST_TEST(bytes_in_words(bytes) == words);
}

BOOST_AUTO_TEST_CASE(a_share_of_nothing_is_no_number) {
  BOOST_TEST(percent_in_words(0, 0) == "-");
  BOOST_TEST(percent_in_words(2, 3) == "66.67 %");
  BOOST_TEST(percent_in_words(3, 3) == "100.00 %");
}

BOOST_AUTO_TEST_CASE(a_duration_is_told_in_its_two_largest_units) {
  const std::pair<std::chrono::nanoseconds, const char*> rows[] = {
      {0ns, "0 ms"},        {250ms + 999us, "250 ms"},        {1s, "1 s"},        {59s + 999ms, "59 s"},
      {60s, "1 min"},       {3h + 12min + 59s, "3 h 12 min"}, {24h + 59s, "1 d"}, {49h, "2 d 1 h"},
      {-90s, "-1 min 30 s"}};
  for (auto& [duration, words] : rows) BOOST_TEST(duration_in_words(duration) == words);
}

BOOST_AUTO_TEST_SUITE_END()
