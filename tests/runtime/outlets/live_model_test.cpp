#include "runtime/outlets/live_model.hpp"

#include "tests/actors/record_samples.hpp"

#include <boost/test/unit_test.hpp>

namespace floorwalker {
namespace {

using namespace std::chrono_literals;
using testing::committed;
using testing::opening;
using testing::sample;

using state_counts = std::vector<std::pair<std::string, std::size_t>>;

} // namespace

BOOST_AUTO_TEST_SUITE(model)

BOOST_AUTO_TEST_CASE(before_the_first_batch_there_is_nothing_to_tell) {
  auto figures = live_model{}.figures(opening);
  BOOST_TEST(figures.processed == 0u);
  BOOST_TEST(!figures.median_latency_ms.has_value());
  BOOST_TEST(figures.recent.empty());
}

BOOST_AUTO_TEST_CASE(totals_are_those_of_the_trail_over_all_tenants) {
  live_model model;
  model.apply(*committed({{}, {.valid = false}}, {10, 5, 8}, "acme"));
  model.apply(*committed({{.flags = flag_gap}, {.flags = flag_out_of_order}}, {}, "globex"));
  auto figures = model.figures(opening);
  BOOST_TEST(figures.tenants == (std::vector<std::string>{"acme", "globex"}), boost::test_tools::per_element());
  BOOST_TEST(figures.processed == 12u);
  BOOST_TEST(figures.valid == 8u);
  BOOST_TEST(figures.gaps == 1u);
  BOOST_TEST(figures.out_of_order == 1u);
}

BOOST_AUTO_TEST_CASE(an_agent_is_counted_once_in_the_state_it_moved_to_last) {
  live_model model;
  model.apply(*committed({{.agent = "a", .current = "busy"},
                          {.agent = "b", .current = "busy"},
                          {.agent = "a", .current = "break", .valid = false},
                          {.agent = "b", .current = "wrap-up", .flags = flag_out_of_order},
                          {.agent = "c", .current = "available", .kind = record_kind::state_reconciled},
                          {.agent = "", .current = "", .kind = record_kind::monitoring_interrupted}}));
  BOOST_TEST((model.figures(opening).agents == state_counts{{"available", 1}, {"break", 1}, {"busy", 1}}));
}

BOOST_AUTO_TEST_CASE(agents_of_the_same_name_in_two_tenants_are_two) {
  live_model model;
  model.apply(*committed({{.agent = "a"}}, {}, "acme"));
  model.apply(*committed({{.agent = "a"}}, {}, "globex"));
  BOOST_TEST((model.figures(opening).agents == state_counts{{"busy", 2}}));
}

BOOST_AUTO_TEST_CASE(a_flood_of_invented_states_is_counted_as_other) {
  live_model model;
  for (int i = 0; i < 1000; ++i)
    model.apply(*committed({{.agent = std::to_string(i), .current = "state " + std::to_string(i)}}));
  auto agents = model.figures(opening).agents;
  BOOST_TEST(agents.size() == 65u);
  BOOST_TEST((agents[0] == std::pair<std::string, std::size_t>{"other", 936}));
}

BOOST_AUTO_TEST_CASE(the_rate_is_that_of_the_last_five_whole_seconds) {
  live_model model;
  for (int second = 0; second < 20; ++second)
    for (int i = 0; i < 10; ++i) model.apply(*committed({{.received_at = opening + second * 1s}}));
  BOOST_TEST(model.figures(opening + 19s).per_second == 10.0);
  BOOST_TEST(model.figures(opening + 22s).per_second == 6.0);
  BOOST_TEST(model.figures(opening + 60s).per_second == 0.0);
}

BOOST_AUTO_TEST_CASE(the_median_is_that_of_the_last_five_hundred_events) {
  live_model model;
  for (int i = 0; i < 600; ++i) model.apply(*committed({{.latency_ms = 9000}}));
  for (int i = 0; i < 499; ++i) model.apply(*committed({{.latency_ms = i < 249 ? 100 : 300}}));
  BOOST_TEST(model.figures(opening).median_latency_ms.value() == 300);
}

BOOST_AUTO_TEST_CASE(the_last_ten_transitions_are_kept_the_latest_first) {
  live_model model;
  std::vector<sample> many;
  for (int i = 0; i < 30; ++i) many.push_back({.agent = std::to_string(i), .reason = "r"});
  many.push_back({.agent = "not shown", .kind = record_kind::monitoring_started});
  model.apply(*committed(many));
  model.apply(*committed({{.agent = "30"}}));
  auto recent = model.figures(opening).recent;
  BOOST_REQUIRE(recent.size() == 10u);
  BOOST_TEST(recent.front().agent == "30");
  BOOST_TEST(recent.back().agent == "21");
  BOOST_TEST(recent.back().reason == "r");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace floorwalker
