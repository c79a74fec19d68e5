#include "tests/runtime/api/live_floor_samples.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace floorwalker {
namespace {

using namespace std::chrono_literals;
using testing::known_agent;
using testing::live_floor_samples;
using testing::opening;
using texts = std::vector<std::string>;

/// Two agents; the first is traced by some.
class traced_floor : public live_floor_samples {
public:
  traced_floor() { begin({known_agent("A-1"), known_agent("a-2")}); }

  /// The stamps of a trace, in short: the data without what is the same in each.
  static std::string stamps_of(const testing::heard_event& trace) {
    return trace.data.substr(trace.data.find(R"("received")"));
  }
};

stream_wish tracing(stream_mode mode = stream_mode::state, std::uint8_t events = every_stream_event) {
  return {.filter = {.events = events, .traced_key = "a-1"}, .mode = mode};
}

constexpr stream_mode both_modes[] = {stream_mode::state, stream_mode::log};

/// Of the floor's clock, which stands still.
const std::string delivered = R"("delivered":"2026-11-23T10:00:00.000000Z"})";

} // namespace

BOOST_AUTO_TEST_SUITE(traces)

BOOST_AUTO_TEST_CASE(a_trace_tells_each_stamp_or_null) {
  struct row {
    std::optional<utc_time> judged;
    std::optional<utc_time> journaled;
    std::string told;
  };
  const row rows[] = {{opening + 456900us, opening + 461100us,
                       R"("judged":"2026-11-23T10:00:00.456900Z","journaled":"2026-11-23T10:00:00.461100Z")"},
                      {opening + 1999ns, {}, R"("judged":"2026-11-23T10:00:00.000001Z","journaled":null)"},
                      {{}, opening, R"("judged":null,"journaled":"2026-11-23T10:00:00.000000Z")"},
                      {{}, {}, R"("judged":null,"journaled":null)"}};
  for (const auto& [judged, journaled, told] : rows) {
    auto drafts =
        std::make_shared<draft_batch>(*testing::drafts_of({{}, {.agent = "b\"1", .received_at = opening + 789us}}));
    drafts->judged_at = judged;
    trail_position after{.sequence = 811};
    auto batch = number_batch(testing::trail_of("acme"), drafts, after);
    BOOST_TEST(trace_json(*batch, 1, {journaled, opening + 1s}) ==
               R"({"sequence":813,"agentId":"b\"1","eventTimestamp":"2026-11-23T09:59:59.900Z",)"
               R"("received":"2026-11-23T10:00:00.000789Z",)" +
                   told + R"(,"delivered":"2026-11-23T10:00:01.000000Z"})");
  }
}

BOOST_FIXTURE_TEST_CASE(behind_each_transition_of_the_agent_comes_its_trace_with_the_same_id, traced_floor) {
  for (auto mode : both_modes) BOOST_TEST_CONTEXT(static_cast<int>(mode)) {
      auto client = connect(tracing(mode));
      auto first = std::to_string(position.sequence + 1);
      auto second = std::to_string(position.sequence + 2);
      commit({{.agent = "A-1", .received_at = opening - 3ms}, {.agent = "a-2"}}, opening - 2ms, opening - 1ms);
      auto events = heard(client);
      BOOST_REQUIRE(events.size() == 4u);
      BOOST_TEST(events[1].name + events[1].id == "transition1-" + first);
      BOOST_TEST(events[2].name + events[2].id == "trace1-" + first);
      BOOST_TEST(events[3].name + events[3].id == "transition1-" + second);
      BOOST_TEST(stamps_of(events[2]) == R"("received":"2026-11-23T09:59:59.997000Z",)"
                                         R"("judged":"2026-11-23T09:59:59.998000Z",)"
                                         R"("journaled":"2026-11-23T09:59:59.999000Z",)" +
                                             delivered);
    }
}

BOOST_FIXTURE_TEST_CASE(nobody_else_hears_of_it, traced_floor) {
  for (auto mode : both_modes) BOOST_TEST_CONTEXT(static_cast<int>(mode)) {
      auto tracer = connect(tracing(mode));
      auto other = connect({.mode = mode});
      commit({{.agent = "A-1"}});
      auto is_trace = [](const auto& event) { return event.name == "trace"; };
      BOOST_TEST(std::ranges::count_if(heard(tracer), is_trace) == 1);
      BOOST_TEST(std::ranges::count_if(heard(other), is_trace) == 0);
    }
}

BOOST_FIXTURE_TEST_CASE(what_else_is_wanted_changes_nothing_about_the_trace, traced_floor) {
  for (auto mode : both_modes) BOOST_TEST_CONTEXT(static_cast<int>(mode)) {
      auto types = connect(tracing(mode, stream_metrics));
      auto agent_wish = tracing(mode, stream_transition);
      agent_wish.filter.agent_key = "a-2";
      auto agent = connect(agent_wish);
      auto team_wish = tracing(mode, stream_transition);
      team_wish.filter.team = "Claims";
      auto team = connect(team_wish);
      auto first = std::to_string(position.sequence + 1);
      auto second = std::to_string(position.sequence + 2);
      commit({{.agent = "A-1"}, {.agent = "a-2"}});
      BOOST_TEST(told(types) == texts{"trace 1-" + first}, boost::test_tools::per_element());
      BOOST_TEST(told(agent) == (texts{"trace 1-" + first, "transition 1-" + second}),
                 boost::test_tools::per_element());
      BOOST_TEST(told(team) == texts{"trace 1-" + first}, boost::test_tools::per_element());
    }
}

BOOST_FIXTURE_TEST_CASE(only_transitions_are_traced, traced_floor) {
  for (auto mode : both_modes) BOOST_TEST_CONTEXT(static_cast<int>(mode)) {
      auto client = connect(tracing(mode, stream_metrics));
      commit({{.agent = "A-1", .current = "break", .kind = record_kind::state_reconciled}});
      BOOST_TEST(told(client).empty());
    }
}

BOOST_FIXTURE_TEST_CASE(whoever_comes_back_gets_traces_of_what_was_missed_without_the_time_of_the_commit,
                        traced_floor) {
  for (auto mode : both_modes) BOOST_TEST_CONTEXT(static_cast<int>(mode)) {
      auto before = position.sequence;
      commit({{.agent = "A-1"}, {.agent = "a-2"}});
      commit({{.agent = "A-1", .flags = flag_out_of_order}}, opening - 2ms, opening - 1ms);
      auto wish = tracing(mode, stream_metrics);
      wish.last_seen = trail_cursor{1, before};
      auto client = connect(wish);
      auto events = heard(client);
      BOOST_REQUIRE(events.size() == 2u);
      BOOST_TEST(events[0].name + events[0].id == "trace1-" + std::to_string(before + 1));
      BOOST_TEST(events[1].name + events[1].id == "trace1-" + std::to_string(before + 3));
      BOOST_TEST(stamps_of(events[0]) ==
                 R"("received":"2026-11-23T10:00:00.000000Z","judged":null,"journaled":null,)" + delivered);
      BOOST_TEST(stamps_of(events[1]).find(R"("journaled":null)") != std::string::npos);
      commit({{.agent = "A-1"}}, opening - 2ms, opening - 1ms);
      BOOST_TEST(told(client) == texts{"trace 1-" + std::to_string(before + 4)}, boost::test_tools::per_element());
    }
}

BOOST_FIXTURE_TEST_CASE(an_integrator_that_is_behind_gets_every_trace, traced_floor) {
  auto client = connect(tracing(stream_mode::log), 10);
  heard(client);
  for (auto i = 0; i < 10; ++i) commit({{.agent = "A-1"}, {.agent = "a-2"}}, opening, opening);
  auto events = heard(client);
  BOOST_TEST(std::ranges::count_if(events, [](const auto& event) { return event.name == "trace"; }) == 10);
  BOOST_TEST(events.size() == 30u);
}

BOOST_FIXTURE_TEST_CASE(an_agent_that_nobody_follows_yet_is_traced_once_it_comes, traced_floor) {
  auto client = connect({.filter = {.events = stream_metrics, .traced_key = "new"}});
  commit({{.agent = "A-1"}});
  BOOST_TEST(told(client).empty());
  commit({{.agent = "New"}});
  BOOST_TEST(told(client) == texts{"trace 1-2"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace floorwalker
