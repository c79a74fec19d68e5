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

BOOST_AUTO_TEST_CASE(an_alert_is_shown_as_it_is_now_and_those_that_are_over_are_bounded) {
  auto alert = [](const std::string& id, alert_state state) {
    alert_status status;
    status.id = id;
    status.state = state;
    return status;
  };
  alert_list shown;
  shown.put(alert("a", alert_state::pending));
  shown.put(alert("b", alert_state::firing));
  shown.put(alert("a", alert_state::firing));
  BOOST_REQUIRE(shown.all().size() == 2u);
  BOOST_TEST((shown.all().back().id == "a" && shown.all().back().state == alert_state::firing));
  shown.put(alert("a", alert_state::resolved));
  for (std::size_t i = 0; i < alert_list::resolved_max; ++i)
    shown.put(alert("over-" + std::to_string(i), alert_state::resolved));
  BOOST_TEST(shown.all().size() == alert_list::resolved_max + 1);
  BOOST_TEST(shown.all()[0].id == "b");
  BOOST_TEST(shown.all()[1].id == "over-0"); // "a" was the oldest
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace floorwalker
