#include "runtime/api/event_id.hpp"
#include "runtime/api/stream_filter.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

namespace floorwalker {

BOOST_AUTO_TEST_SUITE(event_ids)

BOOST_AUTO_TEST_CASE(an_id_is_epoch_and_sequence) {
  std::string text;
  append_event_id(text, {3, 812});
  BOOST_TEST(text == "3-812");
  BOOST_TEST((parse_event_id(text) == trail_cursor{3, 812}));
  for (auto odd :
       {"", "-", "3", "3-", "-812", "3-812-1", "3-x", "e3-812", " 3-812", "3-+8", "3--8", "99999999999999999999-1"})
    BOOST_TEST(!parse_event_id(odd).has_value(), odd);
}

BOOST_AUTO_TEST_CASE(an_id_is_good_as_long_as_its_records_are_those_of_this_trail) {
  const std::vector<epoch_start> epochs{{1, 0}, {4, 100}}; // brought back from a copy that ended with 100
  struct {
    std::string name;
    trail_cursor at;
    bool continues;
  } const cases[] = {
      {"the running epoch", {4, 150}, true},
      {"its end", {4, 200}, true},
      {"behind its end", {4, 201}, false},
      {"an older epoch, before the copy ended", {1, 99}, true},
      {"an older epoch, where the copy ended", {1, 100}, true},
      {"records that are lost", {1, 101}, false},
      {"an epoch that nobody knows", {2, 50}, false},
      {"another one", {9, 50}, false},
  };
  for (auto& each : cases) BOOST_TEST(continues(each.at, epochs, 200) == each.continues, each.name);
}

BOOST_AUTO_TEST_CASE(types_are_words_with_commas_between) {
  BOOST_TEST(int{*parse_stream_events("alert")} == stream_alert);
  BOOST_TEST(int{*parse_stream_events("alert,metrics,alert")} == (stream_alert | stream_metrics));
  BOOST_TEST(int{*parse_stream_events("snapshot,transition,agent,alert,metrics")} == every_stream_event);
  for (auto odd : {"", ",", "alert,", "alerts", "Alert", "alert, metrics"})
    BOOST_TEST(!parse_stream_events(odd).has_value(), odd);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace floorwalker
