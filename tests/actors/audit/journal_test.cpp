#include "actors/audit/journal.hpp"

#include "actors/audit/position_storage.hpp"
#include "tests/actors/log_lines.hpp"
#include "tests/actors/record_samples.hpp"
#include "tests/actors/virtual_floor.hpp"

#include <caf/exit_reason.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include <utility>
#include <vector>

namespace floorwalker {
namespace {

using testing::drafts_of;
using testing::sample;
using seen_batches = std::shared_ptr<std::vector<committed_batch_ptr>>;

/// A sink of the test's own: full while `holds`, with room again when its timer fires.
struct patient_sink {
  std::vector<committed_batch_ptr> seen;
  bool holds = false;
};

class journal_floor : public testing::virtual_floor {
public:
  journal_floor() {
    metrics = system.spawn([seen = for_metrics]() -> metrics_actor::behavior_type {
      return {[seen](const committed_batch_ptr& batch) { seen->push_back(batch); }, [](const listener_counts&) {},
              [](const alert_raised&) {}, [](caf::get_atom) { return system_metrics{}; }, [](stop_command) {}};
    });
    alerts = system.spawn([seen = for_alerts]() -> alerts_actor::behavior_type {
      return {[seen](const committed_batch_ptr& batch) { seen->push_back(batch); }, [](const listener_stopped&) {},
              [](const renewal_report&) {}, [](const timer_fired&) {}, [](stop_command) {}};
    });
    start();
  }

  sink_actor spawn_patient(std::shared_ptr<patient_sink> sink) {
    using promises = std::vector<caf::typed_response_promise<void>>;
    return system.spawn([sink](sink_actor::pointer actor) -> sink_actor::behavior_type {
      auto held = std::make_shared<promises>(); // ends with the actor, as the state of a real one
      return {[sink, held, actor](const committed_batch_ptr& batch) -> caf::result<void> {
                sink->seen.push_back(batch);
                if (!sink->holds) return caf::unit;
                held->push_back(actor->make_response_promise<void>());
                return held->back();
              },
              [](const outlet_written&) {},
              [held](const timer_fired&) {
                for (auto& promise : std::exchange(*held, {})) promise.deliver();
              },
              [](stop_command) {}};
    });
  }

  void make_room_at(std::size_t sink) {
    self->send(sinks[sink], timer_fired{});
    run();
  }

  void start() {
    sinks = {spawn_patient(first), spawn_patient(second)};
    journal = spawn_journal(system, "acme", storage, {metrics, alerts, sinks});
    run();
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

  std::shared_ptr<position_storage> storage = std::make_shared<position_storage>();
  seen_batches for_metrics = std::make_shared<std::vector<committed_batch_ptr>>();
  seen_batches for_alerts = std::make_shared<std::vector<committed_batch_ptr>>();
  std::shared_ptr<patient_sink> first = std::make_shared<patient_sink>();
  std::shared_ptr<patient_sink> second = std::make_shared<patient_sink>();
  metrics_actor metrics;
  alerts_actor alerts;
  std::vector<sink_actor> sinks;
  journal_actor journal;

  using pending_credit = decltype(std::declval<caf::scoped_actor&>()->request(
      std::declval<const journal_actor&>(), caf::infinite, std::declval<draft_batch_ptr>()));
  std::vector<pending_credit> credits;
};

} // namespace

BOOST_AUTO_TEST_SUITE(journal)

BOOST_FIXTURE_TEST_CASE(everybody_gets_the_same_batches_in_the_journals_order, journal_floor) {
  draft({{.agent = "a"}});
  draft({{.agent = "b"}, {.agent = "c"}});
  for (auto* seen : {for_metrics.get(), for_alerts.get(), &first->seen, &second->seen}) {
    BOOST_REQUIRE(seen->size() == 2u);
    BOOST_TEST((*seen)[0]->lines == "{\"sequence\":1,\"agentId\":\"a\"}\n");
    BOOST_TEST((*seen)[1] == for_metrics->at(1));
  }
  BOOST_TEST(credit(0) == "");
  BOOST_TEST(credit(1) == "");
}

BOOST_FIXTURE_TEST_CASE(a_full_sink_withholds_the_credit_until_it_has_room, journal_floor) {
  second->holds = true;
  draft({{}});
  BOOST_TEST(credit_is_withheld());
  make_room_at(1);
  BOOST_TEST(credit(0) == "");
}

BOOST_FIXTURE_TEST_CASE(each_batch_waits_for_its_own_room, journal_floor) {
  first->holds = true;
  draft({{.agent = "a"}});
  first->holds = false;
  draft({{.agent = "b"}});
  BOOST_TEST(credit(1) == "");
  BOOST_TEST(credit_is_withheld());
  make_room_at(0);
  BOOST_TEST(credit(0) == "");
}

BOOST_FIXTURE_TEST_CASE(a_sink_that_dies_while_it_is_full_is_left_out_and_told_once, journal_floor) {
  testing::log_lines log;
  second->holds = true;
  draft({{.agent = "a"}});
  draft({{.agent = "b"}});
  BOOST_TEST(credit_is_withheld());
  self->send_exit(sinks[1], caf::exit_reason::kill);
  run();
  BOOST_TEST(credit(0) == "");
  BOOST_TEST(credit(1) == "");
  draft({{.agent = "c"}});
  BOOST_TEST(credit(2) == "");
  BOOST_TEST(first->seen.size() == 3u);
  BOOST_TEST(second->seen.size() == 2u);
  BOOST_TEST(log.with("has ended") == 1u);
}

BOOST_FIXTURE_TEST_CASE(a_batch_of_counts_without_records_goes_to_metrics_alone, journal_floor) {
  second->holds = true;
  draft({});
  BOOST_TEST(credit(0) == "");
  BOOST_TEST(for_metrics->size() == 1u);
  BOOST_TEST(for_alerts->empty());
  BOOST_TEST(first->seen.empty());
}

BOOST_FIXTURE_TEST_CASE(a_journal_that_crashed_goes_on_with_the_next_sequence, journal_floor) {
  testing::log_lines log;
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

BOOST_FIXTURE_TEST_CASE(a_stop_is_answered_when_everything_before_it_is_passed_on_even_to_a_full_sink, journal_floor) {
  second->holds = true;
  draft({{.agent = "a"}});
  auto stopped = self->request(journal, caf::infinite, stop_command{});
  run();
  BOOST_TEST(credit(0) == "");
  BOOST_REQUIRE(!credit_is_withheld());
  stopped.receive([] {}, [](caf::error& error) { BOOST_ERROR(to_string(error)); });
  BOOST_TEST(second->seen.size() == 1u);
  draft({{.agent = "b"}});
  BOOST_TEST(credit(1) != "");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace floorwalker
