#include "runtime/api/board_answers.hpp"
#include "runtime/api/figures_answers.hpp"

#include "tests/actors/hub/figures_samples.hpp"
#include "tests/runtime/api/live_floor_samples.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/test/unit_test.hpp>

#include <chrono>
#include <string>

namespace floorwalker {
namespace {

using namespace std::chrono_literals;
using testing::known_agent;
using testing::live_floor_samples;
using testing::opening; // 10:00 UTC
using testing::told_records;

civil_day utc_day(utc_time at) {
  auto begin = std::chrono::floor<std::chrono::days>(at);
  return {begin, begin + std::chrono::days{1}};
}

/// Two teams of three agents whose day began at 09:00.
class counted_floor : public live_floor_samples {
public:
  counted_floor() {
    auto row = [](std::string id, std::string team, std::string state, std::optional<utc_time> since) {
      auto status = known_agent(std::move(id), std::move(team), std::move(state));
      status.since = since;
      status.last_updated = since.value_or(opening - 50min);
      return status;
    };
    begin({row("a-1", "Billing", "busy", opening - 30min), row("a-2", "Billing", "busy", std::nullopt),
           row("a-3", "Claims", "available", opening - 1h)});
    told_records told;
    told.monitoring(
        {.started = true, .slot = 0, .cause = "start", .at = opening - 1h, .agent_ids = {"a-1", "a-2", "a-3"}});
    for (const auto* id : {"a-1", "a-2", "a-3"}) told.reconciled(id, std::nullopt, "available", opening - 1h);
    told.transition({.agent = "a-1", .previous = "available", .current = "busy", .at = opening - 30min});
    told.transition(
        {.agent = "a-2", .previous = "available", .current = "lunch", .at = opening - 45min, .valid = false});
    told.transition({.agent = "a-2", .previous = "lunch", .current = "busy", .at = opening - 15min - 500ms});
    counts.begin(opening, counts.earliest(opening));
    counts.take(*told.commit());
  }

  boost::json::value agent(std::string_view id) const {
    return boost::json::parse(agent_answer(*board, &counts, id, opening).body).at("figures");
  }
  boost::json::value floor_of(named_texts parameters = {}) const {
    served_request request;
    request.parameters = std::move(parameters);
    auto floor_now = figures_of_floor(*board, counts, opening);
    return boost::json::parse(floor_figures_answer(*board, counts, floor_now, request).body);
  }

  working_figures counts{settings, utc_day};
};

std::string text(const boost::json::value& value) { return boost::json::serialize(value); }

} // namespace

BOOST_AUTO_TEST_SUITE(answers_with_figures)

BOOST_FIXTURE_TEST_CASE(an_agent_has_its_day_beside_its_status, counted_floor) {
  auto figures = agent("A-2");
  auto body = agent_answer(*board, &counts, "a-2", opening).body;
  for (const auto* part : {R"("today":{"available":900,"busy":900.5,"lunch":1799.5})", R"("unverified":1799.5)",
                           R"("longestState":{"state":"lunch","seconds":1799.5})"})
    BOOST_TEST(body.find(part) != std::string::npos, part << " in " << body);
  BOOST_TEST(text(figures.at("unobserved")) == "32400");
  BOOST_TEST(figures.at("occupancy").as_double() == 0.5001, boost::test_tools::tolerance(1e-9));
  BOOST_TEST(text(figures.at("transitionsToday")) == "2");
  BOOST_TEST(text(figures.at("transitionsLastHour")) == "2");
  BOOST_TEST(text(figures.at("dayStart")) == R"("2026-11-23T00:00:00.000Z")");
  BOOST_TEST(text(figures.at("window").at("from")) == R"("2026-11-23T09:00:00.000Z")");
  BOOST_TEST(text(figures.at("window").at("unobserved")) == "0");
}

BOOST_FIXTURE_TEST_CASE(an_agent_has_no_figures_as_long_as_today_is_not_read, counted_floor) {
  auto answer = agent_answer(*board, nullptr, "a-1", opening);
  BOOST_TEST(answer.status == 200);
  BOOST_TEST(answer.body.ends_with(R"(,"figures":null})"));
  BOOST_TEST(figures_not_counted_answer().status == 503);
}

BOOST_FIXTURE_TEST_CASE(an_agent_whom_no_record_names_was_not_observed, counted_floor) {
  auto update = next_update();
  auto row = std::make_shared<live_row>();
  row->status = known_agent("a-9");
  update->changes.push_back({row, update->sequence});
  tell(update);
  auto figures = agent("a-9");
  BOOST_TEST(text(figures.at("today")) == "{}");
  BOOST_TEST(text(figures.at("unobserved")) == "36000");
  BOOST_TEST(figures.at("occupancy").is_null());
  BOOST_TEST(figures.at("longestState").is_null());
}

BOOST_FIXTURE_TEST_CASE(teams_are_sums_and_their_occupancy_is_of_the_sums, counted_floor) {
  auto floor_now = floor_of();
  const auto& tenant = floor_now.at("tenant");
  BOOST_TEST(text(tenant.at("agents")) == "3");
  BOOST_TEST(text(tenant.at("today").at("available")) == "6300");
  BOOST_TEST(tenant.at("today").at("busy").as_double() == 2700.5, boost::test_tools::tolerance(1e-9));
  BOOST_TEST(tenant.at("occupancy").as_double() == 0.3, boost::test_tools::tolerance(1e-3)); // no mean of 0.5, 0.5, 0
  const auto& teams = floor_now.at("teams").as_array();
  BOOST_REQUIRE(teams.size() == 2u);
  BOOST_TEST(text(teams[0].at("team")) == R"("Billing")");
  BOOST_TEST(text(teams[0].at("agents")) == "2");
  BOOST_TEST(text(teams[1].at("today")) == R"({"available":3600})");
  BOOST_TEST(text(teams[1].at("occupancy")) == "0");
  BOOST_TEST(text(floor_now.at("agentsLeftOut")) == "0");
}

BOOST_FIXTURE_TEST_CASE(who_is_longest_in_a_state_is_named_and_whether_it_may_be_longer, counted_floor) {
  auto longest = floor_of().at("tenant").at("longest").as_array();
  BOOST_REQUIRE(longest.size() == 2u);
  BOOST_TEST(text(longest[0].at("agentId")) == R"("a-3")");
  BOOST_TEST(text(longest[0].at("seconds")) == "3600");
  BOOST_TEST(text(longest[0].at("atLeast")) == "false");
  BOOST_TEST(text(longest[1].at("agentId")) == R"("a-2")"); // a lower bound counts as what it is
  BOOST_TEST(text(longest[1].at("seconds")) == "3000");
  BOOST_TEST(text(longest[1].at("atLeast")) == "true");
}

BOOST_FIXTURE_TEST_CASE(one_team_is_given_alone_beside_the_tenant, counted_floor) {
  auto one = floor_of({{"team", "Claims"}});
  BOOST_REQUIRE(one.at("teams").as_array().size() == 1u);
  BOOST_TEST(text(one.at("tenant").at("agents")) == "3");
  BOOST_TEST(floor_of({{"team", "Nobody"}}).at("teams").as_array().empty());
}

BOOST_FIXTURE_TEST_CASE(teams_beyond_the_bound_are_left_out_and_counted, counted_floor) {
  auto update = next_update();
  for (std::size_t i = 0; i < floor_figures::teams_max; ++i) {
    auto row = std::make_shared<live_row>();
    row->status = known_agent("b-" + std::to_string(i), "Team " + std::to_string(i));
    update->changes.push_back({row, update->sequence});
  }
  tell(update);
  auto floor_now = floor_of();
  BOOST_TEST(floor_now.at("teams").as_array().size() == floor_figures::teams_max);
  BOOST_TEST(text(floor_now.at("agentsLeftOut")) == "2");
  BOOST_TEST(text(floor_now.at("tenant").at("agents")) == "503");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace floorwalker
