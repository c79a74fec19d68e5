#include "actors/hub/alert_list.hpp"
#include "actors/hub/refresh_pace.hpp"
#include "actors/hub/transition_rate.hpp"

#include "tests/actors/record_samples.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace floorwalker {

BOOST_AUTO_TEST_SUITE(hub_rules)

BOOST_AUTO_TEST_CASE(trackers_are_asked_each_second_where_rows_change_and_rarely_where_nothing_does) {
  struct {
    std::string name;
    bool stale, in_doubt, stirred;
    int questions_in_a_minute;
  } const cases[] = {
      {"quiet", false, false, false, 2},
      {"some rows stay stale", true, false, false, 12},
      {"a state is in doubt", false, true, false, 60},
      {"monitoring began", false, false, true, 11}, // ten, and one half a minute later
  };
  for (auto& each : cases) {
    refresh_pace pace;
    for (auto i = 0u; i < refresh_pace::lively_seconds; ++i) BOOST_TEST(pace.tick(false, false)); // a start is lively
    if (each.stirred) pace.stirred();
    auto questions = 0;
    for (auto second = 0; second < 60; ++second) questions += pace.tick(each.stale, each.in_doubt) ? 1 : 0;
    BOOST_TEST(questions == each.questions_in_a_minute, each.name);
  }
}

BOOST_AUTO_TEST_CASE(the_rate_is_the_mean_of_five_seconds) {
  transition_rate rate;
  rate.add(10);
  BOOST_TEST(rate.tick() == 2.0);
  rate.add(5);
  BOOST_TEST(rate.tick() == 3.0);
  for (auto i = 0; i < 3; ++i) BOOST_TEST(rate.tick() == 3.0);
  BOOST_TEST(rate.tick() == 1.0);
  BOOST_TEST(rate.tick() == 0.0);
}

BOOST_AUTO_TEST_CASE(a_new_alert_takes_the_place_of_the_last_one_of_its_kind) {
  alert_list alerts;
  alerts.raise({"latency", "late", "wait"}, testing::opening);
  alerts.raise({"accuracy", "wrong", "look"}, testing::opening);
  auto& shown = alerts.raise({"latency", "later", "wait"}, testing::opening + std::chrono::seconds{1});
  BOOST_TEST(alerts.all().size() == 2u);
  BOOST_TEST(to_json(shown) ==
             R"({"id":"latency","kind":"latency","state":"firing","labels":{},"value":null,"sentence":"later",)"
             R"("advice":"wait","since":"2026-11-23T10:00:01.000Z","firingSince":"2026-11-23T10:00:01.000Z",)"
             R"("resolvedAt":null,"silenced":false})");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace floorwalker
