#include "runtime/api/board_answers.hpp"
#include "runtime/api/prometheus_text.hpp"

#include "tests/runtime/api/live_floor_samples.hpp"

#include <boost/test/unit_test.hpp>

#include <fmt/format.h>

#include <set>
#include <string>
#include <variant>
#include <vector>

namespace floorwalker {
namespace {

using testing::known_agent;
using testing::live_floor_samples;
using testing::opening;

constexpr auto ada = "550E8400-e29b-41d4-a716-446655440001";
constexpr auto ada_key = "550e8400-e29b-41d4-a716-446655440001";
constexpr auto bob = "550e8400-e29b-41d4-a716-446655440002";
constexpr auto bob_upper = "550E8400-E29B-41D4-A716-446655440002";
constexpr auto cy = "550e8400-e29b-41d4-a716-446655440003";
constexpr auto nobody = "550e8400-e29b-41d4-a716-446655440009";

served_request query(named_texts parameters, named_texts headers = {}) {
  served_request request;
  request.parameters = std::move(parameters);
  request.headers = std::move(headers);
  request.caller = {.role = caller_role::viewer, .all_tenants = true, .tenants = {}, .name = "anonymous"};
  return request;
}

class answering_floor : public live_floor_samples {
public:
  answering_floor() {
    begin({known_agent(ada), known_agent(bob, "Claims", "busy"), known_agent(cy, "Billing", "busy")});
  }

  void report(tenant_condition condition) {
    auto update = next_update();
    update->condition = live_condition{condition, ""};
    tell(update);
  }

  /// The ids in an answer, in their order.
  std::vector<std::string> ids_in(const served_answer& answer) {
    std::vector<std::string> ids;
    constexpr std::string_view begin = R"({"agentId":")";
    for (auto at = answer.body.find(begin); at != std::string::npos; at = answer.body.find(begin, at + 1)) {
      auto first = at + begin.size();
      ids.push_back(answer.body.substr(first, answer.body.find('"', first) - first));
    }
    return ids;
  }
};

using texts = std::vector<std::string>;

} // namespace

BOOST_AUTO_TEST_SUITE(answers)

BOOST_FIXTURE_TEST_CASE(agents_are_listed_by_id_filtered_and_page_by_page, answering_floor) {
  BOOST_TEST(ids_in(agents_answer(*board, query({}))) == (texts{ada, bob, cy}), boost::test_tools::per_element());
  BOOST_TEST(ids_in(agents_answer(*board, query({{"state", "busy"}}))) == (texts{bob, cy}),
             boost::test_tools::per_element());
  BOOST_TEST(ids_in(agents_answer(*board, query({{"state", "busy"}, {"team", "Claims"}}))) == texts{bob},
             boost::test_tools::per_element());
  auto first = agents_answer(*board, query({{"limit", "2"}}));
  BOOST_TEST(first.body.ends_with(R"("next":")" + std::string{bob} + R"("})"));
  auto second = agents_answer(*board, query({{"limit", "2"}, {"cursor", bob}}));
  BOOST_TEST(ids_in(second) == texts{cy}, boost::test_tools::per_element());
  BOOST_TEST(second.body.ends_with(R"("next":null})"));
  BOOST_TEST(
      ids_in(agents_answer(*board, query({{"limit", ""}, {"cursor", ""}, {"state", ""}, {"team", ""}}))).size() ==
      3u); // left out
}

BOOST_FIXTURE_TEST_CASE(a_question_for_agents_that_cant_be_meant_is_refused_and_says_why, answering_floor) {
  struct row {
    const char *name, *value, *detail;
  };
  constexpr auto states = "state has to be one of available, break, busy, wrap-up, or another one that an agent is in.";
  const row rows[] = {{"limit", "0", "limit has to be a number from 1 to 1000."},
                      {"limit", "1001", "limit has to be a number from 1 to 1000."},
                      {"limit", "-1", "limit has to be a number from 1 to 1000."},
                      {"limit", "1.5", "limit has to be a number from 1 to 1000."},
                      {"limit", "x", "limit has to be a number from 1 to 1000."},
                      {"state", "Busy", states},
                      {"state", "loud", states},
                      {"cursor", "2", R"(cursor has to be what \"next\" said.)"},
                      {"cursor", "550e8400", R"(cursor has to be what \"next\" said.)"}};
  for (const auto& [name, value, detail] : rows) BOOST_TEST_CONTEXT(name << " " << value) {
      auto answer = agents_answer(*board, query({{name, value}}));
      BOOST_TEST(answer.status == 400);
      BOOST_TEST(answer.body.ends_with(R"("detail":")" + std::string{detail} + R"("})"), answer.body);
    }
}

BOOST_FIXTURE_TEST_CASE(a_state_outside_of_the_matrix_may_be_asked_for_while_an_agent_is_in_it, answering_floor) {
  BOOST_TEST(agents_answer(*board, query({{"state", "meeting"}})).status == 400);
  hear({known_agent("550e8400-e29b-41d4-a716-446655440004", "Billing", "meeting")});
  BOOST_TEST(ids_in(agents_answer(*board, query({{"state", "meeting"}}))) ==
                 texts{"550e8400-e29b-41d4-a716-446655440004"},
             boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(a_team_that_nobody_is_in_has_no_agents, answering_floor) {
  auto answer = agents_answer(*board, query({{"team", "Nowhere"}}));
  BOOST_TEST(answer.body == R"({"agents":[],"next":null})");
}

BOOST_FIXTURE_TEST_CASE(answers_of_equal_content_have_equal_tags_and_others_have_not, answering_floor) {
  auto caller = query({}).caller;
  http_caller other{.role = caller_role::viewer, .all_tenants = false, .tenants = {"globex"}, .name = "other"};
  auto all = [&] {
    return std::vector<served_answer>{tenants_answer({board.get()}, caller),
                                      tenants_answer({board.get()}, other),
                                      all_metrics_answer({board.get()}, caller),
                                      tenant_metrics_answer(*board),
                                      agents_answer(*board, query({})),
                                      agents_answer(*board, query({{"limit", "1"}})),
                                      agent_answer(*board, nullptr, bob, opening),
                                      agent_answer(*board, nullptr, cy, opening),
                                      alerts_answer(*board, query({})),
                                      silences_answer(*board)};
  };
  auto before = all();
  auto again = all();
  std::set<std::string> tags;
  for (std::size_t i = 0; i < before.size(); ++i) {
    BOOST_TEST(before[i].etag == again[i].etag);
    BOOST_TEST(before[i].etag.size() == 34u);
    BOOST_TEST(before[i].cache_control == "");
    tags.insert(before[i].etag);
  }
  BOOST_TEST(tags.size() == before.size());
  // Without a record, so that no sequence tells.
  hear({known_agent(ada), known_agent(bob, "Sales", "busy"), known_agent(cy, "Billing", "busy")});
  auto after = all();
  BOOST_TEST(after[4].etag != before[4].etag);
  BOOST_TEST(after[6].etag != before[6].etag);
  BOOST_TEST(after[5].etag == before[5].etag);
  BOOST_TEST(ready_answer({board.get()}, false).etag == "");
  BOOST_TEST(agents_answer(*board, query({{"limit", "0"}})).etag == "");
}

BOOST_FIXTURE_TEST_CASE(an_agent_is_found_whatever_the_case_of_its_id, answering_floor) {
  BOOST_TEST(agent_answer(*board, nullptr, ada_key, opening).status == 200);
  BOOST_TEST(agent_answer(*board, nullptr, bob_upper, opening).status == 200);
  BOOST_TEST(agent_answer(*board, nullptr, nobody, opening).status == 404);
}

BOOST_FIXTURE_TEST_CASE(nobody_learns_of_a_tenant_that_he_may_not_see, answering_floor) {
  http_caller other{.role = caller_role::viewer, .all_tenants = false, .tenants = {"globex"}, .name = "other"};
  BOOST_TEST(tenants_answer({board.get()}, other).body == R"({"tenants":[]})");
  BOOST_TEST(all_metrics_answer({board.get()}, other).body == R"({"tenants":{}})");
  auto shown = tenants_answer({board.get()}, query({}).caller).body;
  BOOST_TEST(shown == R"({"tenants":[{"name":"acme","condition":"starting","sentence":"",)"
                      R"("states":["available","break","busy","wrap-up"],"timeZone":"UTC"}]})");
}

BOOST_FIXTURE_TEST_CASE(a_process_is_ready_when_each_tenant_has_had_an_answer_or_has_failed, answering_floor) {
  tenant_board failed{settings};
  auto update = next_update();
  update->condition = live_condition{tenant_condition::failed, "its secret is wrong"};
  failed.apply(*update);
  auto status = [&](board_list boards, bool drains = false) { return ready_answer(boards, drains).status; };
  BOOST_TEST(status({board.get()}) == 503); // it is starting
  BOOST_TEST(status({board.get(), &failed}) == 503);
  report(tenant_condition::running);
  BOOST_TEST(status({board.get()}) == 200);
  BOOST_TEST(status({board.get(), &failed}) == 200); // one tenant's failure is not the others'
  BOOST_TEST(status({&failed}) == 503);
  BOOST_TEST(status({board.get()}, true) == 503);
  report(tenant_condition::degraded); // every listener is gone for a while
  BOOST_TEST(status({board.get()}) == 200);
  BOOST_TEST(ready_answer({board.get()}, false).body ==
             R"({"ready":true,"draining":false,"tenants":{"acme":"degraded"}})");
}

BOOST_FIXTURE_TEST_CASE(alerts_are_those_of_the_state_that_is_asked_for, answering_floor) {
  auto update = next_update();
  alert_status firing;
  firing.id = firing.kind = "latency";
  update->alerts.push_back(firing);
  tell(update);
  BOOST_TEST(alerts_answer(*board, query({{"state", "firing"}})).body.find("latency") != std::string::npos);
  BOOST_TEST(alerts_answer(*board, query({{"state", "resolved"}})).body == R"({"alerts":[]})");
  BOOST_TEST(alerts_answer(*board, query({{"state", "loud"}})).status == 400);
}

BOOST_AUTO_TEST_CASE(a_stream_s_query_is_read_or_refused) {
  auto wish = std::get<stream_wish>(wish_of(query(
      {{"team", "Claims"}, {"agent", ada}, {"types", "alert,metrics"}, {"mode", "log"}}, {{"last-event-id", "2-17"}})));
  BOOST_TEST(*wish.filter.team == "Claims");
  BOOST_TEST(*wish.filter.agent_key == ada_key);
  BOOST_TEST(int{wish.filter.events} == (stream_alert | stream_metrics));
  BOOST_TEST((wish.mode == stream_mode::log));
  BOOST_TEST((wish.last_seen == trail_cursor{2, 17}));
  auto empty = std::get<stream_wish>(wish_of(query({{"team", ""}, {"agent", ""}, {"types", ""}})));
  BOOST_TEST((empty.filter == stream_filter{}));
  BOOST_TEST(!std::get<stream_wish>(wish_of(query({{"trace", ""}}))).filter.traced_key.has_value());
  auto traced = std::get<stream_wish>(wish_of(query({{"trace", ada}, {"types", "alert"}}))).filter;
  BOOST_TEST((traced.traces(ada_key) && !traced.traces(bob) && !traced.agent_key));
  BOOST_TEST(!std::get<stream_wish>(wish_of(query({}, {{"last-event-id", "e7"}}))).last_seen.has_value());
}

BOOST_AUTO_TEST_CASE(a_stream_that_would_never_tell_what_is_asked_for_is_refused) {
  struct row {
    named_texts asked;
    const char* detail;
  };
  constexpr auto agents_id = " has to be an agent's id: 8-4-4-4-12 hexadecimal digits.";
  const row rows[] = {
      {{{"mode", "fast"}}, "mode has to be state or log."},
      {{{"types", "everything"}}, "types has to be some of snapshot, transition, agent, alert and metrics, with "},
      {{{"types", "alert,"}}, "types has to be some of snapshot, transition, agent, alert and metrics, with "},
      {{{"mode", "log"}, {"types", "agent"}}, "types in mode=log has to be some of snapshot, transition, alert and "},
      {{{"types", "alert,agent"}, {"mode", "log"}}, "types in mode=log has to be some of snapshot, transition, alert "},
      {{{"agent", "Ada"}}, agents_id},
      {{{"trace", "Ada"}}, agents_id},
      {{{"lastEventId", "e7"}}, "lastEventId has to be the id of an event, such as 1-812."}};
  for (const auto& [asked, detail] : rows) BOOST_TEST_CONTEXT(detail) {
      auto refusal = std::get<served_answer>(wish_of(query(asked)));
      BOOST_TEST(refusal.status == 400);
      BOOST_TEST(refusal.body.find(detail) != std::string::npos, refusal.body);
    }
}

BOOST_AUTO_TEST_CASE(where_a_client_was_is_told_by_the_header_or_else_by_the_address) {
  auto seen = [](named_texts asked, named_texts headers) {
    return std::get<stream_wish>(wish_of(query(std::move(asked), std::move(headers)))).last_seen;
  };
  BOOST_TEST((seen({{"lastEventId", "2-17"}}, {}) == trail_cursor{2, 17}));
  BOOST_TEST((seen({{"lastEventId", "2-17"}}, {{"last-event-id", ""}}) == trail_cursor{2, 17}));
  BOOST_TEST((seen({{"lastEventId", "2-17"}}, {{"last-event-id", "2-20"}}) == trail_cursor{2, 20}));
  BOOST_TEST(!seen({{"lastEventId", ""}}, {}).has_value());
}

BOOST_FIXTURE_TEST_CASE(prometheus_is_told_every_family_once_with_labels_that_nobody_outside_can_make_up,
                        answering_floor) {
  commit({{.agent = ada_key, .current = "made up", .latency_ms = 30}, {.agent = bob, .latency_ms = -40}});
  figures();
  sync_times syncs;
  syncs.add(std::chrono::microseconds{700});
  sink_progress sink;
  sink.sink = "wall \"1\"";
  sink.lag = 12;
  auto text = prometheus_text({board.get()}, {sink}, syncs.read(), {{"pager", 3, 0, 1, 0}});
  for (auto line :
       {R"(floorwalker_agents{tenant="acme",state="other"} 1)", R"(floorwalker_agents{tenant="acme",state="busy"} 2)",
        R"(floorwalker_event_latency_seconds_bucket{tenant="acme",le="0.025"} 1)",
        R"(floorwalker_event_latency_seconds_bucket{tenant="acme",le="0.05"} 2)",
        R"(floorwalker_event_latency_seconds_count{tenant="acme"} 2)",
        R"(floorwalker_clock_skew_seconds{tenant="acme"} 0.04)", R"(floorwalker_audit_records_total{tenant="acme"} 2)",
        R"(floorwalker_audit_sync_seconds_bucket{le="0.001"} 1)", R"(floorwalker_audit_sync_seconds_sum 0.0007)",
        R"(floorwalker_tenant_condition{tenant="acme",condition="starting"} 1)",
        R"(floorwalker_tenant_condition{tenant="acme",condition="failed"} 0)",
        R"(floorwalker_alert_notifications_total{receiver="pager",result="delivered"} 3)",
        R"(floorwalker_alert_notifications_total{receiver="pager",result="failed"} 1)",
        R"(floorwalker_sink_lag_records{sink="wall \"1\""} 12)"})
    BOOST_TEST(text.find(fmt::format("{}\n", line)) != std::string::npos, line);
  BOOST_TEST(text.find("made up") == std::string::npos);
  std::size_t types = 0;
  std::set<std::string> families;
  for (auto at = text.find("# TYPE "); at != std::string::npos; at = text.find("# TYPE ", at + 1)) {
    ++types;
    families.insert(text.substr(at, text.find('\n', at) - at));
  }
  BOOST_TEST(types == families.size());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace floorwalker
