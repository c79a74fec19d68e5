#include "actors/tracking/tracker.hpp"

#include "actors/tracking/audit_entries.hpp"
#include "tests/actors/log_lines.hpp"
#include "tests/actors/virtual_floor.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <optional>
#include <vector>

namespace floorwalker {
namespace {

using namespace std::chrono_literals;

constexpr utc_time opening{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23} + 10h};
const verdict accepted{.valid = true, .moved = true};

/// The entry as the journal finishes it, with sequence 812.
std::string finished(const draft_batch& batch) {
  auto& record = batch.records.at(0);
  return std::string{record.head.in(batch.text)} + "812" + std::string{record.tail.in(batch.text)};
}

template <class Entry>
std::string entry_text(const Entry& entry) {
  draft_batch batch;
  append_entry(batch, "acme", entry);
  return finished(batch);
}

/// Drafts that wait for their journal's answer; it answers all of them when it is told to stop.
struct slow_journal {
  std::vector<caf::typed_response_promise<void>> waiting;
  std::size_t records = 0;
  std::vector<std::optional<utc_time>> judged_at; ///< of each draft
};

struct counting_source : observation_source {
  void batch_done(observation_batch_ptr) noexcept override { ++done; }
  std::size_t done = 0;
};

struct kept_log {
  testing::log_lines log;
};

class tracker_floor : public kept_log, public testing::virtual_floor {
public:
  tracker_floor() {
    journal = system.spawn([seen = journaled](journal_actor::pointer me) -> journal_actor::behavior_type {
      return {[](const leave_trail&) {},
              [me, seen](const draft_batch_ptr& draft) -> caf::result<void> {
                auto promise = me->make_response_promise<void>();
                seen->waiting.push_back(promise);
                seen->records += draft->records.size();
                seen->judged_at.push_back(draft->judged_at);
                return promise;
              },
              [](const trail_progress&) {},
              [](const follow_trail&) {},
              [](const timer_fired&) {},
              [seen](const stop_command&) {
                for (auto& promise : seen->waiting) promise.deliver();
                seen->waiting.clear();
              }};
    });
    roster = system.spawn([asked = listings](roster_actor::pointer) -> roster_actor::behavior_type {
      return {[](const access_token_ptr&) {}, [](const directory_answered&) {},
              [asked](const listing_wanted&) -> caf::result<agent_listing_ptr> {
                ++*asked;
                auto listing = std::make_shared<agent_listing>();
                listing->requested_at = opening + 1h;
                listing->agents = {{agent_identity::of("A", "Ann"), "break"}};
                return agent_listing_ptr{listing};
              },
              [](const timer_fired&) {}, [](const stop_command&) {}};
    });
    tracker = spawn_tracker(system, "acme", 7, default_state_matrix(), agents, {journal, roster, wall_port()});
    self->send(tracker, source_planned{1, agents, false});
    self->send(tracker, source_opened{1, source, opening});
    run();
  }

  /// Answers that are owed hold the journal, which holds them.
  ~tracker_floor() { journaled->waiting.clear(); }

  void answer_all() {
    self->send(journal, stop_command{});
    run();
  }

  void send_event(const std::string& agent) {
    auto batch = std::make_shared<observation_batch>();
    batch->connection = 1;
    batch->text = agent + "availablebusy";
    state_observation item;
    item.agent = {0, 1};
    item.previous = {1, 9};
    item.current = {10, 4};
    item.observed_at = item.received_at = opening + ++sent * 1s;
    batch->items.push_back(item);
    self->send(tracker, batch);
    run();
  }

  std::shared_ptr<slow_journal> journaled = std::make_shared<slow_journal>();
  std::shared_ptr<std::size_t> listings = std::make_shared<std::size_t>(0);
  std::shared_ptr<counting_source> source = std::make_shared<counting_source>();
  agent_group_ptr agents = std::make_shared<const agent_group>(agent_group{agent_identity::of("A")});
  int sent = 0;
  journal_actor journal;
  roster_actor roster;
  tracker_actor tracker;
};

} // namespace

BOOST_AUTO_TEST_SUITE(audit_entries)

BOOST_AUTO_TEST_CASE(a_transition_has_its_seven_members_first_and_in_order) {
  transition_entry entry{.agent_id = "a-1",
                         .previous = "available",
                         .current = "busy",
                         .reason = "inbound_call",
                         .event_at = opening + 123ms,
                         .fraction_digits = 3,
                         .received_at = opening + 456789us,
                         .judged = accepted,
                         .verified = true};
  BOOST_TEST(entry_text(entry) ==
             R"({"timestamp":"2026-11-23T10:00:00.456Z","agentId":"a-1","previousState":"available",)"
             R"("currentState":"busy","latencyMs":333,"valid":true,"auditAction":"STATE_UPDATE_VERIFIED",)"
             R"("tenantId":"acme","sequence":812,"eventTimestamp":"2026-11-23T10:00:00.123Z",)"
             R"("reasonCode":"inbound_call","flags":[]})");
}

BOOST_AUTO_TEST_CASE(an_unauthorized_one_says_so_with_all_its_flags_and_the_digits_received) {
  transition_entry entry{.agent_id = "a-1",
                         .previous = "busy",
                         .current = "break",
                         .reason = {},
                         .event_at = opening + 1500ms,
                         .fraction_digits = 0,
                         .received_at = opening,
                         .judged = {.valid = false, .flags = flag_gap | flag_out_of_order | flag_handover}};
  BOOST_TEST(entry_text(entry) ==
             R"({"timestamp":"2026-11-23T10:00:00.000Z","agentId":"a-1","previousState":"busy",)"
             R"("currentState":"break","latencyMs":-1500,"valid":false,"auditAction":"TRANSITION_REJECTED",)"
             R"("tenantId":"acme","sequence":812,"eventTimestamp":"2026-11-23T10:00:01Z",)"
             R"("reasonCode":null,"flags":["gap","out-of-order","handover"]})");
}

BOOST_AUTO_TEST_CASE(texts_are_escaped_in_the_entry_and_bare_in_their_slices) {
  transition_entry entry{.agent_id = "a-1",
                         .previous = "a \"b\"",
                         .current = "c\\d",
                         .reason = "line\nbreak \x01",
                         .event_at = opening,
                         .received_at = opening,
                         .judged = accepted};
  draft_batch batch;
  append_entry(batch, "ac\"me", entry);
  auto text = finished(batch);
  for (auto piece : {R"("previousState":"a \"b\"")", R"("currentState":"c\\d")", R"("reasonCode":"line\nbreak \u0001")",
                     R"("tenantId":"ac\"me")"})
    BOOST_TEST_CONTEXT(text) BOOST_TEST(text.find(piece) != std::string::npos);
  auto& record = batch.records.at(0);
  BOOST_TEST(record.previous.in(batch.text) == entry.previous);
  BOOST_TEST(record.current.in(batch.text) == entry.current);
  BOOST_TEST(record.reason.in(batch.text) == *entry.reason);
}

BOOST_AUTO_TEST_CASE(other_records_have_members_of_their_own) {
  BOOST_TEST(entry_text(reconciled_entry{"a-1", "busy", "break", opening}) ==
             R"({"timestamp":"2026-11-23T10:00:00.000Z","auditAction":"STATE_RECONCILED","tenantId":"acme",)"
             R"("sequence":812,"agentId":"a-1","previousState":"busy","currentState":"break"})");
  BOOST_TEST(entry_text(monitoring_entry{
                 .started = true, .slot = 3, .cause = "start", .at = opening, .agent_ids = {"a-1", "a-2"}}) ==
             R"({"timestamp":"2026-11-23T10:00:00.000Z","auditAction":"MONITORING_STARTED","tenantId":"acme",)"
             R"("sequence":812,"slot":3,"cause":"start","agentIds":["a-1","a-2"]})");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(tracker)

BOOST_FIXTURE_TEST_CASE(credit_goes_back_only_when_the_journal_has_answered, tracker_floor) {
  send_event("a");
  BOOST_TEST(source->done == 0u);
  answer_all();
  BOOST_TEST(source->done == 1u);
  BOOST_TEST(journaled->records == 3u); // the start, the listing, the event
}

BOOST_FIXTURE_TEST_CASE(a_batch_of_nothing_known_gives_its_credit_back_too, tracker_floor) {
  send_event("z");
  answer_all();
  BOOST_TEST(source->done == 1u);
}

BOOST_FIXTURE_TEST_CASE(an_opened_connection_is_listed_once, tracker_floor) {
  BOOST_TEST(*listings == 1u);
  auto status = ask<agent_status>(tracker, status_query{"a"});
  BOOST_REQUIRE(status.has_value());
  BOOST_TEST((status->state == "break" && !status->stale && status->name() == "Ann"));
}

BOOST_FIXTURE_TEST_CASE(a_batch_bears_the_one_time_at_which_it_was_judged, tracker_floor) {
  class counting_clock final : public wall_clock {
  public:
    utc_time now() const noexcept override { return opening + ++readings * 1ms; }
    mutable int readings = 0;
  };
  auto clock = std::make_shared<counting_clock>();
  auto judging = spawn_tracker(system, "acme", 8, default_state_matrix(), agents, {journal, roster, clock});
  journaled->judged_at.clear();
  self->send(judging, source_planned{1, agents, false});
  self->send(judging, source_opened{1, source, opening});
  run();
  auto before = journaled->judged_at.size(); // monitoring began, and a listing came
  BOOST_TEST(clock->readings == static_cast<int>(before));
  auto batch = std::make_shared<observation_batch>();
  batch->connection = 1;
  batch->text = "aavailablebusy";
  for (auto i = 0; i < 3; ++i) {
    state_observation item;
    item.agent = {0, 1};
    item.previous = {1, 9};
    item.current = {10, 4};
    item.observed_at = item.received_at = opening + i * 1s;
    batch->items.push_back(item);
  }
  self->send(judging, batch);
  run();
  BOOST_REQUIRE(journaled->judged_at.size() == before + 1);
  BOOST_TEST((journaled->judged_at.back() == opening + clock->readings * 1ms));
  BOOST_TEST(clock->readings == static_cast<int>(before) + 1);
  self->send_exit(judging, caf::exit_reason::kill);
  run();
}

BOOST_FIXTURE_TEST_CASE(a_stop_is_answered_when_every_source_has_ended_and_everything_is_journaled, tracker_floor) {
  send_event("a");
  auto stopping = self->request(tracker, caf::infinite, stop_command{});
  answer_all();
  BOOST_TEST((self->peek_at_next_mailbox_element() == nullptr));
  self->send(tracker, source_ended{1, {}, opening + 2s, opening + 3s});
  run();
  BOOST_TEST((self->peek_at_next_mailbox_element() == nullptr));
  answer_all();
  BOOST_TEST(journaled->records == 4u); // the interruption too
  BOOST_TEST(source->done == 1u);
  bool answered = false;
  stopping.receive([&] { answered = true; }, [](const caf::error& error) { BOOST_ERROR(to_string(error)); });
  BOOST_TEST(answered);
}

BOOST_FIXTURE_TEST_CASE(a_stop_that_nobody_waits_for_ends_it_all_the_same, tracker_floor) {
  answer_all();
  caf::anon_send(tracker, stop_command{});
  self->send(tracker, source_ended{1, {}, opening + 2s, opening + 3s});
  run();
  answer_all();
  self->monitor(tracker);
  run();
  auto ended = false;
  self->receive([&](const caf::down_msg& down) { ended = down.reason == caf::exit_reason::unknown || !down.reason; },
                caf::after(0s) >> [] {});
  BOOST_TEST(ended);
}

BOOST_FIXTURE_TEST_CASE(what_it_inherits_is_answered_when_it_is_journaled, tracker_floor) {
  answer_all();
  auto heirs = std::make_shared<const agent_group>(agent_group{agent_identity::of("B")});
  auto told = self->request(tracker, caf::infinite, monitoring_inherited{heirs, opening + 5s, opening + 4s, {}});
  run();
  BOOST_TEST((self->peek_at_next_mailbox_element() == nullptr));
  answer_all();
  auto answered = false;
  told.receive([&] { answered = true; }, [](const caf::error& error) { BOOST_ERROR(to_string(error)); });
  BOOST_TEST(answered);
  BOOST_TEST(journaled->records == 3u);
}

BOOST_FIXTURE_TEST_CASE(a_successor_that_was_told_of_nobody_answers_nothing_completely, tracker_floor) {
  auto successor = spawn_tracker(system, "acme", 7, default_state_matrix(), agents, {journal, roster, wall_port()},
                                 tracker_start::successor);
  run();
  BOOST_TEST(ask<std::vector<agent_status>>(successor, agents_query{}).value().size() == agents->size());
  auto complete = self->request(successor, caf::infinite, agents_query{.complete = true});
  run();
  complete.receive([](const std::vector<agent_status>&) { BOOST_ERROR("it knows nothing, and says all"); },
                   [](const caf::error& error) { BOOST_TEST((error == floor_error::incomplete)); });
  self->send(successor, stop_command{});
  run();
}

BOOST_FIXTURE_TEST_CASE(an_agent_of_another_slot_is_not_monitored_here, tracker_floor) {
  auto pending = self->request(tracker, caf::infinite, status_query{"b"});
  run();
  bool refused = false;
  pending.receive([](const agent_status&) { BOOST_ERROR("answered"); },
                  [&](const caf::error& error) { refused = error == caf::make_error(floor_error::not_monitored); });
  BOOST_TEST(refused);
}

BOOST_FIXTURE_TEST_CASE(a_damaged_batch_ends_the_tracker_alone, tracker_floor) {
  auto damaged = std::make_shared<observation_batch>();
  damaged->connection = 1;
  damaged->items.emplace_back();
  damaged->items[0].agent = {1000, 1};
  self->send(tracker, damaged);
  run();
  BOOST_TEST(log.with("actor tracker") == 1u);
  BOOST_TEST(source->done == 0u);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace floorwalker
