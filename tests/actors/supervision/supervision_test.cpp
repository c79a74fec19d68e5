#include "actors/supervision/backoff.hpp"
#include "actors/supervision/restart_intensity.hpp"

#include <boost/test/unit_test.hpp>

#include <vector>

namespace floorwalker {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

reconnect_settings policy(nanoseconds base, nanoseconds cap, double jitter) {
  reconnect_settings settings;
  settings.base_delay = base;
  settings.max_delay = cap;
  settings.jitter = jitter;
  return settings;
}

} // namespace

BOOST_AUTO_TEST_SUITE(delays)

BOOST_AUTO_TEST_CASE(without_jitter_the_delays_are_exactly_those_of_the_protocol) {
  std::vector<long> seconds;
  for (std::uint32_t retry = 1; retry <= 10; ++retry)
    seconds.push_back(static_cast<long>(backoff(policy(1s, 30s, 0), retry, 0.999) / 1s));
  BOOST_TEST(seconds == (std::vector<long>{1, 2, 4, 8, 16, 30, 30, 30, 30, 30}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_delay_lies_between_base_and_cap_with_jitter_and_never_falls) {
  chance_source chances{1};
  for (int round = 0; round < 2000; ++round) {
    nanoseconds base{1 + static_cast<std::int64_t>(chances.next() * 1e10)};
    auto cap = base + nanoseconds{static_cast<std::int64_t>(chances.next() * 1e12)};
    auto jitter = chances.next(), chance = chances.next();
    auto settings = policy(base, cap, jitter);
    auto most = cap + nanoseconds{static_cast<std::int64_t>(static_cast<double>(cap.count()) * jitter) + 1};
    nanoseconds before{0};
    for (std::uint32_t retry = 1; retry <= 60; ++retry) {
      auto delay = backoff(settings, retry, chance);
      BOOST_REQUIRE((delay >= base && delay <= most && delay >= before));
      before = delay;
    }
    BOOST_REQUIRE((before >= cap));
  }
}

BOOST_AUTO_TEST_CASE(extreme_numbers_do_not_overflow) {
  auto century = nanoseconds{876'000h};
  BOOST_TEST((backoff(policy(1ns, century, 0), 4'000'000'000, 0.5) == century));
  BOOST_TEST((backoff(policy(1s, 30s, 0.2), 0, 0) == 1s));
  BOOST_TEST((backoff(policy(60s, 30s, 0), 1, 0) == 30s)); // a base above the cap is the cap
}

BOOST_AUTO_TEST_CASE(chances_lie_in_their_range_and_repeat_with_their_seed) {
  chance_source one{7}, same{7}, other{8};
  double least = 1, most = 0;
  auto differ = false;
  for (int i = 0; i < 10'000; ++i) {
    auto chance = one.next();
    BOOST_REQUIRE((chance >= 0 && chance < 1 && chance == same.next()));
    differ = differ || chance != other.next();
    least = std::min(least, chance);
    most = std::max(most, chance);
  }
  BOOST_TEST((differ && least < 0.01 && most > 0.99));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(restarts)

BOOST_AUTO_TEST_CASE(so_many_within_a_period_and_no_more) {
  restart_intensity restarts{{3, 60s}};
  steady_time start{};
  for (int i = 0; i < 3; ++i) BOOST_TEST(restarts.allow(start + i * 1s));
  BOOST_TEST(!restarts.allow(start + 3s));
}

BOOST_AUTO_TEST_CASE(a_restart_exactly_one_period_old_still_counts) {
  restart_intensity restarts{{1, 60s}};
  steady_time start{};
  BOOST_TEST(restarts.allow(start));
  BOOST_TEST(!restarts.allow(start + 60s));
  BOOST_TEST(restarts.allow(start + 60s + 1ns));
}

BOOST_AUTO_TEST_CASE(one_that_was_not_allowed_does_not_count) {
  restart_intensity restarts{{1, 60s}};
  steady_time start{};
  restarts.allow(start);
  for (int i = 0; i < 60; ++i) BOOST_TEST(!restarts.allow(start + i * 1s));
  BOOST_TEST(restarts.allow(start + 61s));
}

BOOST_AUTO_TEST_CASE(a_slow_failure_may_go_on_for_ever_and_a_limit_of_none_allows_none) {
  restart_intensity restarts{{3, 60s}}, none{{0, 60s}};
  steady_time now{};
  for (int i = 0; i < 1000; ++i, now += 21s) BOOST_TEST(restarts.allow(now));
  BOOST_TEST(!none.allow(now));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace floorwalker
