#include "messages/agents.hpp"
#include "messages/journal_records.hpp"
#include "messages/settings.hpp"
#include "messages/system_metrics.hpp"

#include <boost/test/unit_test.hpp>

namespace {

using namespace floorwalker;

/// A committed batch of transitions, put together as a tracker and the journal do it.
class committed_transitions {
public:
  committed_transitions() { batch_.tenant = std::make_shared<const std::string>("acme"); }

  record_draft& add(std::string_view previous, std::string_view current, std::uint64_t sequence,
                    std::uint64_t valid_total, std::uint64_t total) {
    auto& record = drafts_->records.emplace_back();
    record.valid = true;
    record.agent = put("Agent-1");
    record.previous = put(previous);
    record.current = put(current);
    record.event_time = put("2026-11-23T10:00:00.123Z");
    record.latency_ms = 333;
    batch_.positions.push_back({sequence, valid_total, total, {}});
    return record;
  }

  text_slice put(std::string_view text) {
    text_slice slice{static_cast<std::uint32_t>(drafts_->text.size()), static_cast<std::uint32_t>(text.size())};
    drafts_->text += text;
    return slice;
  }

  std::string update(std::size_t index, bool with_verification) {
    batch_.drafts = drafts_;
    std::string out;
    append_dashboard_update(out, batch_, index, with_verification);
    return out;
  }

private:
  std::shared_ptr<draft_batch> drafts_ = std::make_shared<draft_batch>();
  committed_batch batch_;
};

constexpr utc_time ten_oclock{std::chrono::milliseconds{1'795'428'000'456}};

} // namespace

BOOST_AUTO_TEST_SUITE(records)

BOOST_AUTO_TEST_CASE(a_dashboard_update_has_its_members_in_order) {
  committed_transitions batch;
  batch.add("available", "busy", 812, 3, 4);
  BOOST_TEST(batch.update(0, false) ==
             R"({"agentId":"Agent-1","status":"busy","latency":333,"accuracyRate":75,"tenantId":"acme",)"
             R"("previousStatus":"available","reason":null,"lastUpdated":"2026-11-23T10:00:00.123Z","sequence":812})");
}

BOOST_AUTO_TEST_CASE(a_dashboard_update_tells_verification_where_asked) {
  committed_transitions batch;
  auto& first = batch.add("busy", "After \"Call\"", 1, 0, 1);
  first.valid = false;
  first.has_reason = true;
  first.reason = batch.put("");
  first.latency_ms = -12;
  batch.add("busy", "available", 2, 1, 3);
  BOOST_TEST(
      batch.update(0, true) ==
      R"({"agentId":"Agent-1","status":"After \"Call\"","latency":-12,"accuracyRate":0,"tenantId":"acme",)"
      R"("previousStatus":"busy","reason":"","lastUpdated":"2026-11-23T10:00:00.123Z","sequence":1,"verified":false})");
  auto second = batch.update(1, true);
  BOOST_TEST(second.find(R"("accuracyRate":33.3333,)") != std::string::npos);
  BOOST_TEST(second.ends_with(R"("sequence":2,"verified":true})"));
}

BOOST_AUTO_TEST_CASE(an_agents_status_has_its_members_in_order) {
  agent_status status;
  status.who = agent_identity::of("A-1");
  status.tenant_id = "acme";
  BOOST_TEST(to_json(status) ==
             R"({"agentId":"A-1","name":"","team":"","state":null,"lastUpdated":null,"reason":null,)"
             R"("observedState":null,"verified":false,"since":null,"stale":true,"tenantId":"acme"})");
  status.who = agent_identity::of("A-1", "Ada \"A\"", "Day");
  status.state = "available";
  status.observed_state = "busy";
  status.reason = "";
  status.last_updated = ten_oclock;
  status.since = ten_oclock - std::chrono::hours{1};
  status.verified = true;
  status.stale = false;
  BOOST_TEST(to_json(status) ==
             R"({"agentId":"A-1","name":"Ada \"A\"","team":"Day","state":"available",)"
             R"("lastUpdated":"2026-11-23T10:00:00.456Z","reason":"","observedState":"busy","verified":true,)"
             R"("since":"2026-11-23T09:00:00.456Z","stale":false,"tenantId":"acme"})");
}

BOOST_AUTO_TEST_CASE(system_metrics_have_their_members_in_order) {
  system_metrics metrics;
  BOOST_TEST(to_json(metrics) ==
             R"({"activeAgents":0,"totalProcessed":0,"accuracyRate":null,"unverifiedTransitions":0,"duplicates":0,)"
             R"("handoverCopies":0,"outOfOrder":0,"gaps":0,"interruptions":0,"malformed":0,"ignored":0,"alerts":0,)"
             R"("listeners":{"active":0,"reconnecting":0,"paused":0,"stopped":0},)"
             R"("latencyMs":{"p50":0,"p90":0,"p99":0,"max":0}})");
  metrics.active_agents = 1;
  metrics.total_processed = 3;
  metrics.valid = 2;
  metrics.unverified_transitions = 1;
  metrics.duplicates = 4;
  metrics.handover_copies = 5;
  metrics.out_of_order = 6;
  metrics.gaps = 7;
  metrics.interruptions = 8;
  metrics.malformed = 9;
  metrics.ignored = {1, 2, 3, 4};
  metrics.alerts = 11;
  metrics.listeners = {12, 13, 14, 15};
  metrics.latency_p50_ms = 16;
  metrics.latency_p90_ms = 17;
  metrics.latency_p99_ms = 18;
  metrics.latency_max_ms = 19;
  BOOST_TEST(to_json(metrics) ==
             R"({"activeAgents":1,"totalProcessed":3,"accuracyRate":66.6667,"unverifiedTransitions":1,"duplicates":4,)"
             R"("handoverCopies":5,"outOfOrder":6,"gaps":7,"interruptions":8,"malformed":9,"ignored":10,"alerts":11,)"
             R"("listeners":{"active":12,"reconnecting":13,"paused":14,"stopped":15},)"
             R"("latencyMs":{"p50":16,"p90":17,"p99":18,"max":19}})");
}

BOOST_AUTO_TEST_CASE(a_failure_has_the_exit_code_of_its_cause) {
  BOOST_TEST(exit_code_of(failure_cause::none) == 0);
  BOOST_TEST(exit_code_of(failure_cause::internal) == 1);
  BOOST_TEST(exit_code_of(failure_cause::configuration) == 2);
  BOOST_TEST(exit_code_of(failure_cause::credentials) == 3);
  BOOST_TEST(exit_code_of(failure_cause::listeners) == 4);
  BOOST_TEST(to_text(tenant_condition::degraded) == "degraded");
}

BOOST_AUTO_TEST_CASE(ids_compare_without_regard_to_case) {
  BOOST_TEST(agent_key("550E8400-E29B-41d4-A716-44665544000F") == "550e8400-e29b-41d4-a716-44665544000f");
  BOOST_TEST(agent_key("\xc3\x84@[`{") == "\xc3\x84@[`{");
  agent_listing listing;
  for (std::string key : {"a", "b", "d"}) listing.agents.push_back({agent_identity::of(key), std::nullopt});
  BOOST_TEST(listing.find("b") == &listing.agents[1]);
  BOOST_TEST(listing.find("c") == nullptr);
  BOOST_TEST(listing.find("e") == nullptr);
  BOOST_TEST(agent_listing{}.find("a") == nullptr);
}

BOOST_AUTO_TEST_CASE(every_target_of_the_default_matrix_is_a_key) {
  auto matrix = default_state_matrix();
  for (const auto& [from, targets] : matrix)
    for (const auto& target : targets) BOOST_TEST(matrix.contains(target), from << " to " << target);
}

BOOST_AUTO_TEST_CASE(a_batch_is_empty_only_if_it_counts_nothing) {
  observation_batch batch;
  BOOST_TEST(batch.empty());
  batch.ignored[3] = 1;
  BOOST_TEST(!batch.empty());
  batch.clear();
  BOOST_TEST(batch.empty());
  batch.malformed = 1;
  BOOST_TEST(!batch.empty());
  batch.clear();
  batch.text.push_back('x');
  batch.items.emplace_back();
  BOOST_TEST(!batch.empty());
  batch.clear();
  BOOST_TEST(batch.empty());
  BOOST_TEST(batch.text.empty());
}

BOOST_AUTO_TEST_SUITE_END()
