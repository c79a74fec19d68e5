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
    begin({known_agent("A-1"), known_agent("a-2", "Claims", "busy"), known_agent("a-3", "Billing", "busy")});
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
  BOOST_TEST(ids_in(agents_answer(*board, query({}))) == (texts{"A-1", "a-2", "a-3"}),
             boost::test_tools::per_element());
  BOOST_TEST(ids_in(agents_answer(*board, query({{"state", "busy"}}))) == (texts{"a-2", "a-3"}),
             boost::test_tools::per_element());
  BOOST_TEST(ids_in(agents_answer(*board, query({{"state", "busy"}, {"team", "Claims"}}))) == texts{"a-2"},
             boost::test_tools::per_element());
  auto first = agents_answer(*board, query({{"limit", "2"}}));
  BOOST_TEST(first.body.ends_with(R"("next":"a-2"})"));
  auto second = agents_answer(*board, query({{"limit", "2"}, {"cursor", "a-2"}}));
  BOOST_TEST(ids_in(second) == texts{"a-3"}, boost::test_tools::per_element());
  BOOST_TEST(second.body.ends_with(R"("next":null})"));
  for (auto limit : {"0", "1001", "x", "", "-1", "1.5"})
    BOOST_TEST(agents_answer(*board, query({{"limit", limit}})).status == 400, limit);
}

BOOST_FIXTURE_TEST_CASE(an_agent_is_found_whatever_the_case_of_its_id, answering_floor) {
  BOOST_TEST(agent_answer(*board, nullptr, "a-1", opening).status == 200);
  BOOST_TEST(agent_answer(*board, nullptr, "A-2", opening).status == 200);
  BOOST_TEST(agent_answer(*board, nullptr, "a-9", opening).status == 404);
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
  auto wish = std::get<stream_wish>(
      wish_of(query({{"team", "Claims"}, {"agent", "A-1"}, {"types", "alert,metrics"}, {"mode", "log"}},
                    {{"last-event-id", "2-17"}})));
  BOOST_TEST(*wish.filter.team == "Claims");
  BOOST_TEST(*wish.filter.agent_key == "a-1");
  BOOST_TEST(int{wish.filter.events} == (stream_alert | stream_metrics));
  BOOST_TEST((wish.mode == stream_mode::log));
  BOOST_TEST((wish.last_seen == trail_cursor{2, 17}));
  auto empty = std::get<stream_wish>(wish_of(query({{"team", ""}, {"agent", ""}, {"types", ""}})));
  BOOST_TEST((empty.filter == stream_filter{}));
  BOOST_TEST(!std::get<stream_wish>(wish_of(query({{"trace", ""}}))).filter.traced_key.has_value());
  auto traced = std::get<stream_wish>(wish_of(query({{"trace", "A-1"}, {"types", "alert"}}))).filter;
  BOOST_TEST((traced.traces("a-1") && !traced.traces("a-2") && !traced.agent_key));
  BOOST_TEST(!std::get<stream_wish>(wish_of(query({}, {{"last-event-id", "e7"}}))).last_seen.has_value());
  for (auto& [name, value] : named_texts{{"mode", "fast"}, {"types", "everything"}})
    BOOST_TEST(std::get<served_answer>(wish_of(query({{name, value}}))).status == 400, name);
}

BOOST_FIXTURE_TEST_CASE(prometheus_is_told_every_family_once_with_labels_that_nobody_outside_can_make_up,
                        answering_floor) {
  commit({{.agent = "a-1", .current = "made up", .latency_ms = 30}, {.agent = "a-2", .latency_ms = -40}});
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
