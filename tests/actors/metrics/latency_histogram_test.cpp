#include "actors/metrics/latency_histogram.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

namespace floorwalker {
namespace {

/// The definition that percentile_ms approximates.
std::int64_t true_percentile(std::vector<std::int64_t> values, double percent) {
  std::ranges::sort(values);
  auto rank = static_cast<std::size_t>(std::ceil(percent / 100.0 * static_cast<double>(values.size())));
  return values[std::max<std::size_t>(rank, 1) - 1];
}

} // namespace

BOOST_AUTO_TEST_SUITE(latencies)

BOOST_AUTO_TEST_CASE(before_the_first_event_every_figure_is_zero) {
  latency_histogram histogram;
  BOOST_TEST(histogram.percentile_ms(99) == 0);
  BOOST_TEST(histogram.max_ms() == 0);
  BOOST_TEST(histogram.count() == 0u);
}

BOOST_AUTO_TEST_CASE(below_128_milliseconds_percentiles_are_exact) {
  latency_histogram histogram;
  for (std::int64_t value = 1; value <= 100; ++value) histogram.record(value);
  struct {
    double percent;
    std::int64_t latency;
  } const rows[] = {{0, 1}, {1, 1}, {50, 50}, {90, 90}, {99, 99}, {99.5, 100}, {100, 100}};
  for (auto& row : rows) BOOST_TEST_CONTEXT("percent " << row.percent)
  BOOST_TEST(histogram.percentile_ms(row.percent) == row.latency);
}

BOOST_AUTO_TEST_CASE(a_single_value_is_every_percentile) {
  for (std::int64_t value : {0, 127, 128, 333, 2501, 86'400'000}) BOOST_TEST_CONTEXT("value " << value) {
      latency_histogram histogram;
      histogram.record(value);
      BOOST_TEST(histogram.max_ms() == value);
      for (double percent : {0.0, 50.0, 100.0})
        BOOST_TEST(std::abs(histogram.percentile_ms(percent) - value) * 125 <= value); // 0.8 %
    }
}

BOOST_AUTO_TEST_CASE(over_the_whole_range_a_percentile_is_at_most_one_percent_off) {
  for (std::uint32_t seed = 1; seed <= 20; ++seed) BOOST_TEST_CONTEXT("seed " << seed) {
      std::mt19937_64 random{seed};
      latency_histogram histogram;
      std::vector<std::int64_t> values;
      for (int i = 0; i < 2000; ++i) {
        values.push_back(static_cast<std::int64_t>(random() >> (34 + random() % 30))); // spread over all magnitudes
        histogram.record(values.back());
      }
      for (double percent : {1.0, 25.0, 50.0, 90.0, 99.0, 99.9}) {
        auto exact = true_percentile(values, percent);
        BOOST_TEST(std::abs(histogram.percentile_ms(percent) - exact) * 100 <= exact);
      }
      BOOST_TEST(histogram.max_ms() == std::ranges::max(values));
    }
}

BOOST_AUTO_TEST_CASE(a_clock_that_is_ahead_counts_as_no_latency) {
  latency_histogram histogram;
  histogram.record(-1);
  histogram.record(std::numeric_limits<std::int64_t>::min());
  BOOST_TEST(histogram.count() == 2u);
  BOOST_TEST(histogram.percentile_ms(100) == 0);
}

BOOST_AUTO_TEST_CASE(a_latency_beyond_all_reason_is_counted_and_kept_as_the_maximum) {
  latency_histogram histogram;
  histogram.record(10);
  histogram.record(std::numeric_limits<std::int64_t>::max());
  BOOST_TEST(histogram.percentile_ms(50) == 10);
  BOOST_TEST(histogram.percentile_ms(99) == std::numeric_limits<std::int64_t>::max());
}

BOOST_AUTO_TEST_CASE(merging_equals_recording_everything_in_one) {
  std::mt19937_64 random{7};
  latency_histogram one, other, both;
  for (int i = 0; i < 1000; ++i) {
    auto value = static_cast<std::int64_t>(random() % 100'000);
    (i % 3 == 0 ? one : other).record(value);
    both.record(value);
  }
  one.merge(other);
  BOOST_TEST(one.count() == both.count());
  BOOST_TEST(one.max_ms() == both.max_ms());
  for (double percent = 0; percent <= 100; percent += 2.5)
    BOOST_TEST(one.percentile_ms(percent) == both.percentile_ms(percent));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace floorwalker
