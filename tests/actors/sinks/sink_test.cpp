#include "actors/sinks/sink.hpp"

#include "actors/audit/journal.hpp"
#include "actors/audit/position_storage.hpp"
#include "tests/actors/log_lines.hpp"
#include "tests/actors/record_samples.hpp"
#include "tests/actors/virtual_floor.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <functional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace floorwalker {
namespace {

using namespace std::chrono_literals;
using testing::committed;
using testing::drafts_of;

/// An outlet whose writes end when the test says so, or at once with `problem`.
class scripted_outlet : public outlet {
public:
  void write(std::uint64_t number, delivery_group_ptr group, sink_actor receiver) override {
    if (broken) throw std::runtime_error{"broken outlet"};
    ++writes;
    if (waits) {
      waiting = [this, number, group, receiver] { answer(number, *group, receiver); };
      return;
    }
    answer(number, *group, receiver);
  }

  void finish_write() { std::exchange(waiting, nullptr)(); }

  bool waits = false;
  bool broken = false;
  std::string problem;
  std::size_t writes = 0;
  std::string written;
  std::function<void()> waiting;

private:
  void answer(std::uint64_t number, const delivery_group& group, const sink_actor& receiver) {
    if (problem.empty())
      for (auto& one : group) written += *one.text;
    caf::anon_send(receiver, outlet_written{number, problem});
  }
};

struct kept_log {
  testing::log_lines log;
};

class sink_floor : public kept_log, public testing::virtual_floor {
public:
  sink_floor() {
    sink_settings settings;
    settings.name = "stream";
    sink = spawn_sink(system, settings, outlet);
  }
  ~sink_floor() {
    outlet->waiting = nullptr;
    outlet->problem.clear(); // the floor's end runs every timer, and a sink that fails arms them for ever
  }

  using pending_credit = decltype(std::declval<caf::scoped_actor&>()->request(
      std::declval<const sink_actor&>(), caf::infinite, std::declval<committed_batch_ptr>()));

  pending_credit deliver(const std::string& agent) {
    position.sequence = std::exchange(next_sequence, next_sequence + 1);
    auto credit = self->request(sink, caf::infinite, committed({{.agent = agent}}, position));
    run();
    return credit;
  }

  /// Delivers and takes the answer, which has to come at once.
  void deliver_with_room(const std::string& agent) { expect_answer(deliver(agent)); }

  template <class Pending>
  void expect_answer(Pending pending) {
    BOOST_REQUIRE(has_answer());
    pending.receive([] {}, [](caf::error& error) { BOOST_ERROR(to_string(error)); });
  }

  bool has_answer() { return self->peek_at_next_mailbox_element() != nullptr; }

  static std::string line(int sequence, const std::string& agent) {
    return "{\"sequence\":" + std::to_string(sequence) + ",\"agentId\":\"" + agent + "\"}\n";
  }

  std::shared_ptr<scripted_outlet> outlet = std::make_shared<scripted_outlet>();
  sink_actor sink;
  trail_position position;
  std::uint64_t next_sequence = 0;
};

} // namespace

BOOST_AUTO_TEST_SUITE(sinks)

BOOST_FIXTURE_TEST_CASE(batches_are_written_in_order_and_together_while_a_write_is_under_way, sink_floor) {
  outlet->waits = true;
  deliver_with_room("a");
  deliver_with_room("b");
  deliver_with_room("c");
  BOOST_TEST(outlet->writes == 1u);
  outlet->finish_write();
  run();
  outlet->finish_write();
  run();
  BOOST_TEST(outlet->writes == 2u);
  BOOST_TEST(outlet->written == line(1, "a") + line(2, "b") + line(3, "c"));
}

BOOST_FIXTURE_TEST_CASE(a_full_sink_answers_when_there_is_room_again, sink_floor) {
  outlet->waits = true;
  for (int i = 0; i < 63; ++i) deliver_with_room("a");
  auto held = deliver("b");
  BOOST_TEST(!has_answer());
  outlet->finish_write();
  run();
  expect_answer(std::move(held));
}

BOOST_FIXTURE_TEST_CASE(a_full_sink_withholds_the_journals_credit, sink_floor) {
  auto metrics = system.spawn([]() -> metrics_actor::behavior_type {
    return {[](const committed_batch_ptr&) {}, [](const listener_counts&) {}, [](const alert_raised&) {},
            [](caf::get_atom) { return system_metrics{}; }, [](stop_command) {}};
  });
  auto alerts = system.spawn([]() -> alerts_actor::behavior_type {
    return {[](const committed_batch_ptr&) {}, [](const listener_stopped&) {}, [](const renewal_report&) {},
            [](const timer_fired&) {}, [](stop_command) {}};
  });
  auto journal = spawn_journal(system, "acme", std::make_shared<position_storage>(), {metrics, alerts, {sink}});
  outlet->waits = true;
  for (int i = 0; i < 63; ++i) {
    auto credit = self->request(journal, caf::infinite, drafts_of({{}}));
    run();
    expect_answer(std::move(credit));
  }
  auto held = self->request(journal, caf::infinite, drafts_of({{}}));
  run();
  BOOST_TEST(!has_answer());
  outlet->finish_write();
  run();
  expect_answer(std::move(held));
}

BOOST_FIXTURE_TEST_CASE(a_failed_write_is_tried_again_until_it_succeeds_and_nothing_is_lost_or_reordered, sink_floor) {
  outlet->problem = "cannot write: disk full";
  deliver_with_room("a");
  deliver_with_room("b");
  BOOST_TEST(outlet->writes == 1u);
  pass(999ms);
  BOOST_TEST(outlet->writes == 1u);
  pass(1ms);
  BOOST_TEST(outlet->writes == 2u);
  pass(2s);
  BOOST_TEST(outlet->writes == 3u);
  outlet->problem.clear();
  pass(4s);
  BOOST_TEST(outlet->written == line(1, "a") + line(2, "b"));
  BOOST_TEST(log.with("error sink stream cannot write: disk full; 1 records wait") == 1u);
  BOOST_TEST(log.with("writes again after 3 attempts") == 1u);
}

BOOST_FIXTURE_TEST_CASE(a_sink_that_fails_for_an_hour_says_so_about_once_a_minute, sink_floor) {
  outlet->problem = "cannot write: disk full";
  deliver_with_room("a");
  pass(1h);
  BOOST_TEST(log.count() >= 55u);
  BOOST_TEST(log.count() <= 61u);
}

BOOST_FIXTURE_TEST_CASE(an_answer_that_belongs_to_no_write_changes_nothing, sink_floor) {
  outlet->waits = true;
  deliver_with_room("a");
  self->send(sink, outlet_written{99, ""});
  self->send(sink, outlet_written{0, "cannot write"});
  run();
  BOOST_TEST(outlet->writes == 1u);
  outlet->finish_write();
  run();
  self->send(sink, outlet_written{1, ""});
  run();
  deliver_with_room("b");
  BOOST_TEST(outlet->writes == 2u);
}

BOOST_FIXTURE_TEST_CASE(a_stop_is_answered_when_everything_is_written, sink_floor) {
  outlet->waits = true;
  deliver_with_room("a");
  deliver_with_room("b");
  auto stopped = self->request(sink, caf::infinite, stop_command{});
  run();
  BOOST_TEST(!has_answer());
  outlet->finish_write();
  run();
  BOOST_TEST(!has_answer());
  outlet->finish_write();
  run();
  expect_answer(std::move(stopped));
  BOOST_TEST(outlet->written == line(1, "a") + line(2, "b"));
  BOOST_TEST(log.count() == 0u);
}

BOOST_FIXTURE_TEST_CASE(a_stop_of_an_idle_sink_is_answered_at_once, sink_floor) {
  deliver_with_room("a");
  auto stopped = self->request(sink, caf::infinite, stop_command{});
  run();
  expect_answer(std::move(stopped));
}

BOOST_FIXTURE_TEST_CASE(after_the_deadline_a_stop_is_answered_with_records_left, sink_floor) {
  outlet->waits = true;
  deliver_with_room("a");
  deliver_with_room("b");
  auto stopped = self->request(sink, caf::infinite, stop_command{});
  auto again = self->request(sink, caf::infinite, stop_command{});
  pass(2999ms);
  BOOST_TEST(!has_answer());
  pass(1ms);
  expect_answer(std::move(stopped));
  expect_answer(std::move(again));
  BOOST_TEST(log.with("sink stream was stopped with 2 records left") == 1u);
}

BOOST_FIXTURE_TEST_CASE(a_stop_does_not_wait_for_the_next_attempt, sink_floor) {
  outlet->problem = "cannot write: disk full";
  deliver_with_room("a");
  pass(60s);
  auto writes = outlet->writes;
  outlet->problem.clear();
  auto stopped = self->request(sink, caf::infinite, stop_command{});
  run();
  BOOST_TEST(outlet->writes == writes + 1);
  expect_answer(std::move(stopped));
}

BOOST_FIXTURE_TEST_CASE(a_stop_gives_back_credits_that_were_withheld, sink_floor) {
  outlet->waits = true;
  for (int i = 0; i < 63; ++i) deliver_with_room("a");
  auto held = deliver("b");
  self->send(sink, stop_command{});
  run();
  expect_answer(std::move(held));
}

BOOST_FIXTURE_TEST_CASE(after_a_stop_batches_are_refused, sink_floor) {
  outlet->waits = true;
  deliver_with_room("a");
  self->send(sink, stop_command{});
  run();
  auto refused = deliver("b");
  BOOST_REQUIRE(has_answer());
  refused.receive([] { BOOST_ERROR("accepted"); },
                  [](caf::error& error) { BOOST_TEST((error == floor_error::stopping)); });
}

BOOST_FIXTURE_TEST_CASE(an_outlet_that_throws_ends_the_sink_and_nobody_else, sink_floor) {
  outlet->broken = true;
  auto refused = deliver("a");
  BOOST_REQUIRE(has_answer());
  refused.receive([] { BOOST_ERROR("accepted"); }, [](caf::error&) {});
  BOOST_TEST(log.with("actor sink") == 1u);
  BOOST_TEST(log.with("broken outlet") == 1u);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace floorwalker
