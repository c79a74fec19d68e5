#include <set>

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include "simulator/frames.hpp"
#include "simulator/subscription.hpp"

using namespace floorwalker::simulator;
using namespace std::chrono_literals;
namespace json = boost::json;

namespace {

struct one_agent {
  options chosen = [] {
    auto wished = options{};
    wished.floor.agents = 1;
    return wished;
  }();
  floor_model floor{chosen};
  transition what{.agent = 0,
                  .from = 0,
                  .to = 1,
                  .reason = 2,
                  .at = instant{std::chrono::sys_days{std::chrono::year{2024} / 5 / 1} + 12h + 123'456'789ns}};

  json::object data(const timestamp_style& style) {
    auto writer = frame_writer{floor, style};
    return json::parse(std::string{writer.event(what)}).at("data").as_object();
  }
};

std::string subscription_text(std::string_view member, std::string_view value) {
  auto whole = json::parse(R"({"action": "subscribe", "events": ["agent.state.change"],
    "filters": {"agentIds": ["550e8400-e29b-41d4-a716-446655440000"], "stateMatrix": {"a": ["b"], "b": ["a"]},
                "alertThresholds": {"maxLatencyMs": 2500, "maxUnverifiedTransitions": 5}}})");
  auto& filters = whole.at("filters").as_object();
  auto parsed = json::parse(value);
  if (member == "action" || member == "events" || member == "filters")
    whole.as_object()[member] = parsed;
  else if (member == "agentIds" || member == "stateMatrix" || member == "alertThresholds")
    filters[member] = parsed;
  else if (!member.empty())
    filters.at("alertThresholds").as_object()[member] = parsed;
  return json::serialize(whole);
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(frames_test, one_agent)

BOOST_AUTO_TEST_CASE(an_event_has_the_members_of_the_protocol) {
  auto writer = frame_writer{floor, {}};
  auto event = json::parse(std::string{writer.event(what)});
  BOOST_TEST(event.at("eventType").as_string() == "agent.state.change");
  BOOST_TEST(event.at("data").at("agentId").as_string() == floor.agent(0).id);
  BOOST_TEST(event.at("data").at("previousState").as_string() == "available");
  BOOST_TEST(event.at("data").at("currentState").as_string() == "busy");
  BOOST_TEST(event.at("data").at("timestamp").as_string() == "2024-05-01T12:00:00.123Z");
  BOOST_TEST(event.at("data").at("reasonCode").as_string() == "inbound_call");
}

BOOST_AUTO_TEST_CASE(a_reason_may_be_absent) {
  what.reason = 0;
  BOOST_TEST(!data({}).contains("reasonCode"));
}

BOOST_AUTO_TEST_CASE(timestamps_take_every_form_of_the_protocol) {
  BOOST_TEST(data({.digits = 9}).at("timestamp").as_string() == "2024-05-01T12:00:00.123456789Z");
  BOOST_TEST(data({.digits = 0}).at("timestamp").as_string() == "2024-05-01T12:00:00Z");
  BOOST_TEST(data({.form = timestamp_form::offset, .digits = 1, .utc_offset = -330min}).at("timestamp").as_string() ==
             "2024-05-01T06:30:00.1-05:30");
  BOOST_TEST(data({.form = timestamp_form::offset}).at("timestamp").as_string() == "2024-05-01T14:00:00.123+02:00");
  BOOST_TEST(data({.form = timestamp_form::epoch_ms}).at("timestamp").to_number<std::int64_t>() == 1'714'564'800'123);
}

BOOST_AUTO_TEST_CASE(malformed_messages_differ_and_none_is_an_event) {
  auto writer = frame_writer{floor, {}};
  auto seen = std::set<std::string>{};
  for (auto kind = std::uint64_t{0}; kind < frame_writer::malformed_kinds; ++kind) {
    auto text = std::string{writer.malformed(what, kind)};
    BOOST_TEST(seen.insert(text).second);
    auto error = boost::system::error_code{};
    auto value = json::parse(text, error);
    if (error) continue;
    // Well-formed JSON must lack something: then the type stays, so that a client can't take it for another message.
    if (value.is_object()) BOOST_TEST(value.at("eventType").as_string() == "agent.state.change");
  }
}

BOOST_AUTO_TEST_CASE(other_types_are_well_formed_and_no_state_change) {
  auto writer = frame_writer{floor, {}};
  for (auto kind = 0u; kind < 3; ++kind) {
    auto value = json::parse(std::string{writer.other_type(what, kind)}).as_object();
    const auto* type = value.if_contains("eventType");
    BOOST_TEST((type == nullptr ? value.contains("type") : type->as_string() != "agent.state.change"));
  }
}

BOOST_AUTO_TEST_CASE(an_oversized_message_has_the_size_that_was_asked_for) {
  auto text = oversized_message(2'000'000);
  BOOST_TEST(text.size() == 2'000'000u);
  BOOST_TEST(json::parse(text).is_object());
}

BOOST_AUTO_TEST_CASE(a_good_subscription_gives_its_agents) {
  auto read = read_subscription(subscription_text("", "0"), 50);
  BOOST_TEST(read.problems.empty());
  BOOST_TEST(read.agent_ids.size() == 1u);
}

BOOST_AUTO_TEST_CASE(each_rule_of_the_subscription_names_its_member) {
  struct row {
    std::string_view member;
    std::string_view value;
    std::string_view complaint;
  };
  for (const auto& [member, value, complaint] : {
           row{"action", R"("listen")", "action: expected"},
           row{"events", "[]", "events: expected a list"},
           row{"events", R"(["agent.skill.change"])", "events: expected agent.state.change"},
           row{"filters", "null", "filters: expected an object"},
           row{"agentIds", "[]", "filters.agentIds: expected a list of 1 to 50"},
           row{"agentIds", R"(["Agent 1"])", "filters.agentIds: expected ids of the form"},
           row{"agentIds", R"(["550e8400-e29b-41d4-a716-446655440000", "550E8400-e29b-41d4-a716-446655440000"])",
               "each id once"},
           row{"stateMatrix", "{}", "filters.stateMatrix: expected"},
           row{"stateMatrix", R"({"a": ["z"]})", "filters.stateMatrix.a: expected states that are keys"},
           row{"alertThresholds", "5", "filters.alertThresholds: expected an object"},
           row{"maxLatencyMs", "0", "maxLatencyMs: expected a number above 0"},
           row{"maxUnverifiedTransitions", "1.5", "maxUnverifiedTransitions: expected an integer above 0"},
       }) {
    auto read = read_subscription(subscription_text(member, value), 50);
    BOOST_TEST_CONTEXT(member << " = " << value) {
      BOOST_TEST_REQUIRE(!read.problems.empty());
      BOOST_TEST(read.problems.front().find(complaint) != std::string::npos, read.problems.front());
    }
  }
  BOOST_TEST(read_subscription("{", 50).problems.size() == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
