#include "actors/audit/journal.hpp"

#include "tests/actors/log_lines.hpp"
#include "tests/actors/memory_trail.hpp"
#include "tests/actors/record_samples.hpp"
#include "tests/actors/virtual_floor.hpp"

#include <caf/exit_reason.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include <fmt/format.h>

#include <chrono>
#include <utility>
#include <vector>

namespace floorwalker {
namespace {

using namespace std::chrono_literals;
using testing::drafts_of;
using testing::sample;
using seen_batches = std::shared_ptr<std::vector<committed_batch_ptr>>;

/// A sink of the test's own: while `busy` it looks at nothing until its timer fires.
struct idle_sink {
  std::vector<committed_batch_ptr> seen;
  std::vector<std::string> told; ///< "opened 3", "grown 5"
  bool busy = false;
};

struct kept_log {
  testing::log_lines log;
};

class journal_floor : public kept_log, public testing::virtual_floor {
public:
  journal_floor() {
    tenant = system.spawn([seen = problems]() -> tenant_actor::behavior_type {
      return {[](const agents_released&) {},
              [](const tenant_change_ptr&) {},
              [](alerts_wanted) {},
              [](const access_token_ptr&) {},
              [](const renewal_report&) {},
              [seen](const audit_report& report) {
                seen->push_back(report.low_space.empty() ? report.problem : "low: " + report.low_space);
              },
              [](const alert_changed&) {},
              [](const agent_listing_ptr&) {},
              [](const token_refused&) {},
              [](const tenant_failed&) {},
              [](const listener_counts&) {},
              [](caf::get_atom) { return system_metrics{}; },
              [](const status_query&) { return agent_status{}; },
              [](const agents_query&) { return std::vector<agent_status>{}; },
              [](const timer_fired&) {},
              [](const stop_command&) { return system_metrics{}; }};
    });
    metrics = system.spawn([seen = for_metrics]() -> metrics_actor::behavior_type {
      return {[seen](const committed_batch_ptr& batch) { seen->push_back(batch); }, [](const listener_counts&) {},
              [](const alert_raised&) {}, [](caf::get_atom) { return system_metrics{}; }, [](stop_command) {}};
    });
    alerts = system.spawn([seen = for_alerts]() -> alerts_actor::behavior_type {
      return {[](const alert_rules_changed&) {},
              [seen](const committed_batch_ptr& batch) { seen->push_back(batch); },
              [](const listener_stopped&) {},
              [](const renewal_report&) {},
              [](const audit_report&) {},
              [](const listener_counts&) {},
              [](alerts_wanted) {},
              [](const timer_fired&) {},
              [](stop_command) {}};
    });
    start();
  }

  ~journal_floor() { storage->release(); }

  sink_actor spawn_idle(std::shared_ptr<idle_sink> sink) {
    using promises = std::vector<caf::typed_response_promise<void>>;
    return system.spawn([sink](sink_actor::pointer actor) -> sink_actor::behavior_type {
      auto held = std::make_shared<promises>(); // ends with the actor, as the state of a real one
      return {[sink](const trail_opened& trail) { sink->told.push_back(fmt::format("opened {}", trail.sequence)); },
              [sink, held, actor](const committed_batch_ptr& batch) -> caf::result<void> {
                sink->seen.push_back(batch);
                if (!sink->busy) return caf::unit;
                held->push_back(actor->make_response_promise<void>());
                return held->back();
              },
              [sink](const trail_grown& trail) { sink->told.push_back(fmt::format("grown {}", trail.sequence)); },
              [](const trail_stretch&) {},
              [](const outlet_written&) {},
              [held](const timer_fired&) {
                for (auto& promise : std::exchange(*held, {})) promise.deliver();
              },
              [](caf::get_atom) { return sink_progress{}; },
              [](stop_command) {}};
    });
  }

  /// The sink has looked at everything that it was handed.
  void look_at_all(std::size_t sink) {
    self->send(sinks[sink], timer_fired{});
    run();
  }

  void start() {
    sinks = {spawn_idle(first), spawn_idle(second)};
    journal = spawn_journal(system, "acme", storage, {tenant, metrics, alerts, sinks}, limits);
    run();
  }

  void restart_with(const journal_limits& others) {
    self->send_exit(journal, caf::exit_reason::kill);
    run();
    limits = others;
    start();
  }

  /// Sends a batch without waiting for the credit.
  void draft(const std::vector<sample>& samples) {
    credits.push_back(self->request(journal, caf::infinite, drafts_of(samples)));
    run();
  }

  bool credit_is_withheld() { return self->peek_at_next_mailbox_element() == nullptr; }

  /// Takes the credit of batch `index`, empty, or an error as text.
  std::string credit(std::size_t index) {
    BOOST_REQUIRE(!credit_is_withheld());
    std::string outcome;
    credits[index].receive([] {}, [&](caf::error& error) { outcome = to_string(error); });
    return outcome;
  }

  auto stop() {
    auto stopped = self->request(journal, caf::infinite, stop_command{});
    run();
    return stopped;
  }

  template <class Pending>
  void expect_answer(Pending pending) {
    BOOST_REQUIRE(self->peek_at_next_mailbox_element() != nullptr);
    pending.receive([] {}, [](caf::error& error) { BOOST_ERROR(to_string(error)); });
  }

  std::shared_ptr<testing::memory_trail> storage = std::make_shared<testing::memory_trail>();
  std::shared_ptr<std::vector<std::string>> problems = std::make_shared<std::vector<std::string>>();
  seen_batches for_metrics = std::make_shared<std::vector<committed_batch_ptr>>();
  seen_batches for_alerts = std::make_shared<std::vector<committed_batch_ptr>>();
  std::shared_ptr<idle_sink> first = std::make_shared<idle_sink>();
  std::shared_ptr<idle_sink> second = std::make_shared<idle_sink>();
  journal_limits limits;
  tenant_actor tenant;
  metrics_actor metrics;
  alerts_actor alerts;
  std::vector<sink_actor> sinks;
  journal_actor journal;

  using pending_credit = decltype(std::declval<caf::scoped_actor&>()->request(
      std::declval<const journal_actor&>(), caf::infinite, std::declval<draft_batch_ptr>()));
  std::vector<pending_credit> credits;
};

using lines = std::vector<std::string>;

} // namespace

BOOST_AUTO_TEST_SUITE(journal)

BOOST_FIXTURE_TEST_CASE(everybody_gets_the_same_batches_in_the_journals_order, journal_floor) {
  draft({{.agent = "a"}});
  draft({{.agent = "b"}, {.agent = "c"}});
  for (auto* seen : {for_metrics.get(), for_alerts.get(), &storage->batches, &first->seen, &second->seen}) {
    BOOST_REQUIRE(seen->size() == 2u);
    BOOST_TEST((*seen)[0]->lines == "{\"sequence\":1,\"agentId\":\"a\"}\n");
    BOOST_TEST((*seen)[1] == for_metrics->at(1));
  }
  BOOST_TEST(credit(0) == "");
  BOOST_TEST(credit(1) == "");
}

BOOST_FIXTURE_TEST_CASE(a_checkpoint_becomes_the_next_record_and_changes_nobodys_levels, journal_floor) {
  draft({{}});
  storage->publish(R"({"kind":"checkpoint","sequence":1})", utc_time{std::chrono::seconds{1'795'600'000}});
  run();
  BOOST_REQUIRE(first->seen.size() == 2u);
  BOOST_TEST(first->seen[1]->lines ==
             "{\"timestamp\":\"2026-11-25T09:46:40.000Z\",\"auditAction\":\"CHECKPOINT_SIGNED\",\"tenantId\":\"acme\","
             "\"sequence\":2,\"checkpoint\":{\"kind\":\"checkpoint\",\"sequence\":1}}\n");
  BOOST_TEST(first->seen[1]->drafts->slot == no_slot);
}

BOOST_FIXTURE_TEST_CASE(a_journal_that_stops_publishes_nothing_more, journal_floor) {
  storage->holds = true;
  draft({{}});
  auto stopped = stop();
  storage->publish(R"({"kind":"checkpoint","sequence":1})", {});
  run();
  storage->commit();
  run();
  BOOST_TEST(storage->batches.size() == 1u);
  expect_answer(std::move(stopped));
}

BOOST_FIXTURE_TEST_CASE(a_batch_tells_whose_trail_it_is_of, journal_floor) {
  storage->epochs = {{1, 0}, {7, 0}};
  restart_with({});
  draft({{}});
  BOOST_TEST(*for_metrics->at(0)->tenant == "acme");
  BOOST_TEST(*for_metrics->at(0)->node == "node-1");
  BOOST_TEST(for_metrics->at(0)->epoch == 7u);
}

BOOST_FIXTURE_TEST_CASE(metrics_alerts_and_tracker_go_on_at_once_and_sinks_when_it_is_committed, journal_floor) {
  storage->holds = true;
  draft({{.agent = "a"}});
  BOOST_TEST(credit(0) == "");
  BOOST_TEST(for_metrics->size() == 1u);
  BOOST_TEST(for_alerts->size() == 1u);
  BOOST_TEST(first->seen.empty());
  storage->commit();
  run();
  BOOST_TEST(first->seen.size() == 1u);
  BOOST_TEST(second->seen.size() == 1u);
}

BOOST_FIXTURE_TEST_CASE(a_commit_of_some_batches_hands_over_these_and_no_more, journal_floor) {
  storage->holds = true;
  draft({{.agent = "a"}, {.agent = "b"}});
  draft({{.agent = "c"}, {.agent = "d"}});
  self->send(journal, trail_progress{3, {}});
  run();
  BOOST_TEST(first->seen.size() == 1u);
  self->send(journal, trail_progress{4, {}});
  run();
  BOOST_TEST(first->seen.size() == 2u);
}

BOOST_FIXTURE_TEST_CASE(trackers_are_held_back_while_too_much_waits_for_the_disk, journal_floor) {
  restart_with({.waiting_bytes = 200});
  storage->holds = true;
  draft({{.agent = "a"}});
  BOOST_TEST(credit(0) == "");
  draft({{.agent = std::string(200, 'b')}});
  draft({}); // also whoever has nothing but counts
  BOOST_TEST(credit_is_withheld());
  BOOST_TEST(storage->batches.size() == 2u); // what was sent is not refused for that
  storage->commit();
  run();
  BOOST_TEST(credit(1) == "");
  BOOST_TEST(credit(2) == "");
}

BOOST_FIXTURE_TEST_CASE(a_busy_sink_withholds_nothing_from_anybody, journal_floor) {
  second->busy = true;
  draft({{.agent = "a"}});
  draft({{.agent = "b"}});
  BOOST_TEST(credit(0) == "");
  BOOST_TEST(credit(1) == "");
  BOOST_TEST(first->seen.size() == 2u);
}

BOOST_FIXTURE_TEST_CASE(a_sink_that_is_behind_is_left_out_and_told_later_how_far_the_trail_goes, journal_floor) {
  restart_with({.handed_over_bytes = 500});
  second->busy = true;
  draft({{.agent = std::string(500, 'a')}});
  draft({{.agent = "b"}});
  draft({{.agent = "c"}});
  BOOST_TEST(first->seen.size() == 3u);
  BOOST_TEST(second->seen.size() == 1u);
  second->busy = false;
  look_at_all(1);
  BOOST_TEST(second->told == (lines{"opened 0", "opened 0", "grown 3"}), boost::test_tools::per_element());
  draft({{.agent = "d"}});
  BOOST_TEST(second->seen.size() == 2u);
}

BOOST_FIXTURE_TEST_CASE(a_sink_that_was_left_out_is_told_so_at_the_stop, journal_floor) {
  restart_with({.handed_over_bytes = 1});
  second->busy = true;
  draft({{.agent = "a"}});
  draft({{.agent = "b"}});
  expect_answer(stop());
  BOOST_TEST(second->told.back() == "grown 2");
}

BOOST_FIXTURE_TEST_CASE(a_sink_that_dies_is_left_out, journal_floor) {
  second->busy = true;
  draft({{.agent = "a"}});
  draft({{.agent = "b"}});
  self->send_exit(sinks[1], caf::exit_reason::kill);
  run();
  draft({{.agent = "c"}});
  for (std::size_t i = 0; i < 3; ++i) BOOST_TEST(credit(i) == "");
  BOOST_TEST(first->seen.size() == 3u);
  BOOST_TEST(second->seen.size() == 2u);
  BOOST_TEST(log.with("has ended") == 0u); // whoever started it says so
}

BOOST_FIXTURE_TEST_CASE(a_batch_of_counts_without_records_goes_to_metrics_alone, journal_floor) {
  draft({});
  BOOST_TEST(credit(0) == "");
  BOOST_TEST(for_metrics->size() == 1u);
  BOOST_TEST(for_alerts->empty());
  BOOST_TEST(storage->batches.empty());
  BOOST_TEST(first->seen.empty());
}

BOOST_FIXTURE_TEST_CASE(the_tenant_hears_of_a_problem_once_and_when_it_is_over, journal_floor) {
  storage->holds = true;
  draft({{}});
  for (auto problem : {"", "no space left on device", "no space left on device", "read-only file system", "", ""}) {
    storage->report(problem);
    run();
  }
  BOOST_TEST(*problems == (lines{"", "no space left on device", "read-only file system", ""}),
             boost::test_tools::per_element());
  BOOST_TEST(first->seen.empty());
  storage->commit();
  run();
  BOOST_TEST(first->seen.size() == 1u);
}

BOOST_FIXTURE_TEST_CASE(the_tenant_hears_how_little_room_is_left_and_when_there_is_more, journal_floor) {
  for (auto clause : {"", "9 MiB are left", "9 MiB are left", "8 MiB are left", ""}) {
    storage->report("", clause);
    run();
  }
  BOOST_TEST(*problems == (lines{"", "low: 9 MiB are left", "low: 8 MiB are left", ""}),
             boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(a_journal_that_starts_again_tells_that_a_problem_is_over_that_it_never_saw, journal_floor) {
  storage->report("no space left on device");
  run();
  restart_with({});
  storage->report("");
  run();
  BOOST_TEST(*problems == (lines{"no space left on device", ""}), boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(a_journal_that_crashed_goes_on_with_the_next_sequence, journal_floor) {
  draft({{.agent = "a"}, {.agent = "b", .valid = false}});
  BOOST_TEST(credit(0) == "");
  auto damaged = std::make_shared<draft_batch>(*drafts_of({{}}));
  damaged->records[0].head.size = 1'000'000;
  credits.push_back(self->request(journal, caf::infinite, draft_batch_ptr{damaged}));
  run();
  BOOST_TEST(credit(1) != "");
  BOOST_TEST(log.with("actor journal") == 1u);
  start();
  draft({{.agent = "c"}});
  BOOST_TEST(credit(2) == "");
  BOOST_TEST(for_metrics->back()->lines == "{\"sequence\":3,\"agentId\":\"c\"}\n");
  BOOST_TEST(for_metrics->back()->positions[0].valid_total == 2u);
  BOOST_TEST(for_metrics->back()->positions[0].total == 3u);
}

BOOST_FIXTURE_TEST_CASE(what_a_crashed_journal_had_appended_reaches_the_sinks_by_the_trail, journal_floor) {
  storage->holds = true;
  draft({{.agent = "a"}});
  draft({{.agent = "b"}});
  restart_with({});
  BOOST_TEST(first->told.back() == "opened 0");
  storage->commit();
  run();
  BOOST_TEST(first->seen.empty());
  BOOST_TEST(first->told.back() == "grown 2");
}

BOOST_FIXTURE_TEST_CASE(a_stop_is_answered_when_everything_is_committed_and_handed_on, journal_floor) {
  storage->holds = true;
  draft({{.agent = "a"}});
  BOOST_TEST(credit(0) == "");
  auto stopped = stop();
  BOOST_TEST(credit_is_withheld());
  draft({{.agent = "b"}}); // a tracker that is still draining
  BOOST_TEST(credit(1) == "");
  storage->commit();
  run();
  expect_answer(std::move(stopped));
  BOOST_TEST(first->seen.size() == 2u);
  BOOST_TEST(log.count() == 0u);
  draft({{.agent = "c"}});
  BOOST_TEST(credit(2) != "");
}

BOOST_FIXTURE_TEST_CASE(a_stop_with_nothing_to_wait_for_is_answered_at_once_even_with_a_busy_sink, journal_floor) {
  second->busy = true;
  draft({{.agent = "a"}});
  BOOST_TEST(credit(0) == "");
  expect_answer(stop());
  BOOST_TEST(second->seen.size() == 1u);
}

BOOST_FIXTURE_TEST_CASE(a_stop_does_not_wait_for_a_disk_that_takes_nothing_and_lets_trackers_go, journal_floor) {
  restart_with({.waiting_bytes = 1});
  storage->holds = true;
  draft({{.agent = "a"}, {.agent = "b"}});
  storage->report("no space left on device");
  run();
  auto stopped = stop();
  auto again = self->request(journal, caf::infinite, stop_command{});
  pass(1499ms);
  BOOST_TEST(credit_is_withheld());
  pass(1ms);
  BOOST_TEST(credit(0) == "");
  expect_answer(std::move(stopped));
  expect_answer(std::move(again));
  BOOST_TEST(log.with("with 2 records that the disk had not taken (no space left on device)") == 1u);
}

BOOST_FIXTURE_TEST_CASE(a_sink_that_leaves_gets_nothing_more_and_its_place_is_free_for_another, journal_floor) {
  for (int round = 0; round < 3; ++round) {
    auto before = second->seen.size();
    self->send(journal, leave_trail{sinks[1]});
    self->send_exit(sinks[1], caf::exit_reason::user_shutdown);
    draft({{.agent = "a"}});
    BOOST_TEST(second->seen.size() == before);
    sinks[1] = spawn_idle(second);
    self->send(journal, follow_trail{sinks[1]});
    draft({{.agent = "b"}});
    BOOST_TEST(second->seen.size() == before + 1);
    BOOST_TEST(second->told.back() == "opened " + std::to_string(2 * round + 1));
  }
  BOOST_TEST(first->seen.size() == 6u);
  BOOST_TEST(log.count() == 0u);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace floorwalker
