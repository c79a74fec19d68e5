#include "actors/sinks/sink.hpp"

#include "tests/actors/log_lines.hpp"
#include "tests/actors/memory_trail.hpp"
#include "tests/actors/record_samples.hpp"
#include "tests/actors/virtual_floor.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <fmt/format.h>

#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace floorwalker {
namespace {

using namespace std::chrono_literals;
using testing::committed;

/// An outlet whose writes end when the test says so, or at once as `answers` says.
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

  bool reads_records() const override { return reads; }

  bool waits = false;
  bool reads = false;
  bool broken = false;
  outlet_written answers; ///< but for the number
  std::size_t writes = 0;
  std::string written;
  std::function<void()> waiting;

private:
  void answer(std::uint64_t number, const delivery_group& group, const sink_actor& receiver) {
    if (answers.problem.empty())
      for (auto& one : group) written += *one.text;
    auto told = answers;
    told.number = number;
    caf::anon_send(receiver, told);
  }
};

/// Cursors in memory, and every word of the sink.
struct noted_cursors : cursor_store {
  std::map<std::string, trail_cursor> kept() const override { return before; }
  void keep(const std::string& tenant, const trail_cursor& cursor) override {
    noted.push_back(fmt::format("{} {}/{}", tenant, cursor.epoch, cursor.sequence));
  }
  std::map<std::string, trail_cursor> before;
  std::vector<std::string> noted;
};

struct kept_log {
  testing::log_lines log;
};

class sink_floor : public kept_log, public testing::virtual_floor {
public:
  ~sink_floor() {
    outlet->waiting = nullptr;
    outlet->answers = {}; // the floor's end runs every timer, and a sink that fails arms them for ever
    trail->unreadable.clear();
  }

  void start(cursor_store_ptr store, const sink_settings& wanted = {}) {
    auto settings = wanted;
    settings.name = "stream";
    sink = spawn_sink(system, settings, outlet, std::move(store));
    open();
  }

  /// The journal starts, or starts again.
  void open() {
    self->send(sink, trail_opened{"acme", trail, sequence, trail->epochs});
    run();
  }

  /// A record is committed, and nobody tells the sink.
  committed_batch_ptr commit(const std::string& agent) {
    trail_position after{sequence++, 0, 0};
    auto batch = committed({{.agent = agent}}, after);
    trail->append(batch, {sequence, 0, 0});
    return batch;
  }

  /// A record is committed and handed over. The answer has to come at once, whatever the sink does.
  void hand_over(const std::string& agent) {
    auto answer = self->request(sink, caf::infinite, commit(agent));
    run();
    BOOST_REQUIRE(self->peek_at_next_mailbox_element() != nullptr);
    answer.receive([] {}, [](caf::error& error) { BOOST_ERROR(to_string(error)); });
  }

  void hand_over(const std::string& agent, std::size_t times) {
    for (std::size_t i = 0; i < times; ++i) hand_over(agent);
  }

  /// What the journal says to a sink that it left out.
  void tell_end() {
    self->send(sink, trail_grown{"acme", sequence});
    run();
  }

  void finish_write() {
    outlet->finish_write();
    run();
  }

  auto stop() {
    auto stopped = self->request(sink, caf::infinite, stop_command{});
    run();
    return stopped;
  }

  bool has_answer() { return self->peek_at_next_mailbox_element() != nullptr; }

  template <class Pending>
  void expect_answer(Pending pending) {
    BOOST_REQUIRE(has_answer());
    pending.receive([] {}, [](caf::error& error) { BOOST_ERROR(to_string(error)); });
  }

  sink_progress progress() { return ask<sink_progress>(sink, caf::get_atom_v).value(); }

  static std::string line(std::uint64_t number, const std::string& agent) {
    return fmt::format("{{\"sequence\":{},\"agentId\":\"{}\"}}\n", number, agent);
  }

  /// Lines of the records `first` to `last`, all of the same agent.
  static std::string lines(std::uint64_t first, std::uint64_t last, const std::string& agent) {
    std::string all;
    for (auto number = first; number <= last; ++number) all += line(number, agent);
    return all;
  }

  std::shared_ptr<scripted_outlet> outlet = std::make_shared<scripted_outlet>();
  std::shared_ptr<noted_cursors> cursors = std::make_shared<noted_cursors>();
  std::shared_ptr<testing::memory_trail> trail = std::make_shared<testing::memory_trail>();
  sink_actor sink;
  std::uint64_t sequence = 0; ///< of the last record
};

/// A sink that keeps no cursors, as the console.
struct plain_sink : sink_floor {
  plain_sink() { start(nullptr); }
};

struct durable_sink : sink_floor {
  durable_sink() { start(cursors); }
};

using texts = std::vector<std::string>;
using reads = std::vector<std::uint64_t>;

/// Deliveries that a sink takes while nothing is written.
constexpr std::size_t room = 512;

} // namespace

BOOST_AUTO_TEST_SUITE(delivering)

BOOST_FIXTURE_TEST_CASE(batches_are_written_in_order_and_together_while_a_write_is_under_way, plain_sink) {
  outlet->waits = true;
  for (auto agent : {"a", "b", "c"}) hand_over(agent);
  BOOST_TEST(outlet->writes == 1u);
  finish_write();
  finish_write();
  BOOST_TEST(outlet->writes == 2u);
  BOOST_TEST(outlet->written == line(1, "a") + line(2, "b") + line(3, "c"));
  BOOST_TEST(trail->reads.empty());
}

BOOST_FIXTURE_TEST_CASE(a_full_sink_delays_nobody_and_reads_what_it_could_not_take, plain_sink) {
  outlet->waits = true;
  hand_over("a", room + 300);
  BOOST_TEST(trail->reads.empty());
  while (outlet->waiting) finish_write();
  BOOST_TEST(outlet->written == lines(1, room + 300, "a"));
  BOOST_TEST(trail->reads.front() == room + 1);
}

BOOST_FIXTURE_TEST_CASE(a_sink_that_was_left_out_reads_until_it_has_caught_up, plain_sink) {
  hand_over("a");
  for (auto agent : {"b", "c", "d"}) commit(agent);
  tell_end();
  hand_over("e");
  BOOST_TEST(outlet->written == line(1, "a") + line(2, "b") + line(3, "c") + line(4, "d") + line(5, "e"));
  BOOST_TEST(trail->reads == (reads{2, 3, 4}), boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(records_are_taken_apart_only_for_who_looks_into_them, sink_floor) {
  sink_settings everything, dashboard, rejections, one_verdict;
  dashboard.records = sink_records::dashboard;
  rejections.events = {"TRANSITION_REJECTED"};
  one_verdict.verification = sink_verification::authorized;
  struct {
    const char* who;
    const sink_settings& settings;
    bool outlet_reads;
    read_detail asked;
  } rows[] = {{"an outlet of plain lines", everything, false, read_detail::lines},
              {"an outlet that reads records", everything, true, read_detail::records},
              {"a sink of dashboard updates", dashboard, false, read_detail::records},
              {"a sink of some records", rejections, false, read_detail::records},
              {"a sink of one verdict", one_verdict, false, read_detail::records}};
  for (auto& row : rows) BOOST_TEST_CONTEXT(row.who) {
      outlet->reads = row.outlet_reads;
      start(nullptr, row.settings);
      commit("a");
      tell_end();
      BOOST_REQUIRE(!trail->details.empty());
      BOOST_TEST((trail->details.back() == row.asked));
    }
}

BOOST_FIXTURE_TEST_CASE(a_batch_that_does_not_follow_is_read_with_what_lies_before_it, plain_sink) {
  hand_over("a");
  commit("b");
  hand_over("c");
  BOOST_TEST(outlet->written == line(1, "a") + line(2, "b") + line(3, "c"));
}

BOOST_FIXTURE_TEST_CASE(a_batch_that_is_handed_over_twice_is_written_once, plain_sink) {
  auto batch = commit("a");
  self->send(sink, batch);
  self->send(sink, batch);
  run();
  BOOST_TEST(outlet->written == line(1, "a"));
  BOOST_TEST(trail->reads.empty());
}

BOOST_FIXTURE_TEST_CASE(a_trail_that_was_not_announced_is_none_of_its_business, plain_sink) {
  self->send(sink, committed({{}}, {}, "other"));
  self->send(sink, trail_grown{"other", 7});
  self->send(sink, trail_stretch{"other", 1, committed({{}}, {}, "other"), {}});
  run();
  BOOST_TEST(outlet->writes == 0u);
}

BOOST_FIXTURE_TEST_CASE(what_nobody_wants_is_not_written_and_counts_as_done, sink_floor) {
  sink_settings settings;
  settings.verification = sink_verification::unauthorized;
  start(cursors, settings);
  hand_over("a");
  BOOST_TEST(outlet->writes == 0u);
  BOOST_TEST(cursors->noted == (texts{"acme 1/0", "acme 1/1"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(cursors)

BOOST_FIXTURE_TEST_CASE(a_cursor_moves_when_a_write_has_ended_well, durable_sink) {
  outlet->waits = true;
  for (auto agent : {"a", "b", "c"}) hand_over(agent);
  BOOST_TEST(cursors->noted == texts{"acme 1/0"}, boost::test_tools::per_element());
  finish_write();
  finish_write();
  BOOST_TEST(cursors->noted == (texts{"acme 1/0", "acme 1/1", "acme 1/3"}), boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(a_sink_goes_on_behind_its_cursor, sink_floor) {
  for (auto agent : {"a", "b", "c"}) commit(agent);
  cursors->before["acme"] = {1, 1};
  start(cursors);
  BOOST_TEST(outlet->written == line(2, "b") + line(3, "c"));
}

BOOST_AUTO_TEST_CASE(without_a_cursor_it_begins_where_its_settings_say) {
  struct {
    bool keeps_cursors;
    sink_start start;
    std::string written;
  } const rows[] = {
      {true, sink_start::beginning, sink_floor::lines(1, 3, "a")},
      {true, sink_start::now, sink_floor::line(3, "a")},
      {false, sink_start::beginning, sink_floor::line(3, "a")}, // else each process would tell everything again
      {false, sink_start::now, sink_floor::line(3, "a")},
  };
  for (auto& row : rows) BOOST_TEST_CONTEXT("cursors " << row.keeps_cursors << ", start " << int(row.start)) {
      sink_floor floor;
      floor.commit("a");
      floor.commit("a");
      sink_settings settings;
      settings.start = row.start;
      floor.start(row.keeps_cursors ? floor.cursors : nullptr, settings);
      floor.hand_over("a");
      BOOST_TEST(floor.outlet->written == row.written);
    }
}

BOOST_FIXTURE_TEST_CASE(a_sink_that_began_now_and_delivered_nothing_loses_nothing_in_the_next_process, sink_floor) {
  commit("a");
  sink_settings settings;
  settings.start = sink_start::now;
  outlet->answers.problem = "can't be reached";
  start(cursors, settings);
  hand_over("b");
  BOOST_TEST(cursors->noted == texts{"acme 1/1"}, boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(a_trail_that_was_restored_from_a_copy_is_told_again_from_there_on, sink_floor) {
  for (auto agent : {"a", "b", "c"}) commit(agent);
  trail->epochs = {{1, 0}, {2, 1}};
  cursors->before["acme"] = {1, 3}; // records 2 and 3 that it delivered were others
  start(cursors);
  BOOST_TEST(outlet->written == line(2, "b") + line(3, "c"));
  BOOST_TEST(cursors->noted.back() == "acme 2/3");
  BOOST_TEST(log.with("restored from a copy") == 1u);
}

BOOST_FIXTURE_TEST_CASE(a_trail_that_is_shorter_than_what_was_delivered_is_an_error_and_new_records_are_told,
                        sink_floor) {
  commit("a");
  cursors->before["acme"] = {1, 5};
  start(cursors);
  hand_over("b");
  BOOST_TEST(outlet->written == line(2, "b"));
  BOOST_TEST(log.with("error sink stream: the trail of tenant acme ends with sequence 1, but 5 were delivered") == 1u);
}

BOOST_FIXTURE_TEST_CASE(records_that_were_removed_before_they_were_delivered_are_told_of, sink_floor) {
  for (auto agent : {"a", "b", "c"}) commit(agent);
  trail->batches.erase(trail->batches.begin(), trail->batches.begin() + 2);
  start(cursors);
  BOOST_TEST(outlet->written == line(3, "c"));
  BOOST_TEST(log.with("error sink stream: 2 records of tenant acme from sequence 1 on were removed") == 1u);
}

BOOST_FIXTURE_TEST_CASE(a_journal_that_starts_again_changes_nothing_but_how_far_the_trail_goes, durable_sink) {
  hand_over("a");
  commit("b");
  open();
  hand_over("c");
  BOOST_TEST(outlet->written == line(1, "a") + line(2, "b") + line(3, "c"));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(failures)

BOOST_FIXTURE_TEST_CASE(a_failed_write_is_tried_again_until_it_succeeds_and_nothing_is_lost_or_reordered, plain_sink) {
  outlet->answers.problem = "cannot write: disk full";
  hand_over("a");
  hand_over("b");
  BOOST_TEST(outlet->writes == 1u);
  pass(999ms);
  BOOST_TEST(outlet->writes == 1u);
  pass(1ms);
  BOOST_TEST(outlet->writes == 2u);
  pass(2s);
  BOOST_TEST(outlet->writes == 3u);
  outlet->answers.problem.clear();
  pass(4s);
  BOOST_TEST(outlet->written == line(1, "a") + line(2, "b"));
  BOOST_TEST(log.with("error sink stream cannot write: disk full; it is 1 records behind") == 1u);
  BOOST_TEST(log.with("writes again after 3 attempts") == 1u);
}

BOOST_FIXTURE_TEST_CASE(a_receiver_that_asks_for_patience_gets_it, plain_sink) {
  outlet->answers.problem = "was told to wait";
  outlet->answers.retry_after = 90s;
  hand_over("a");
  outlet->answers = {};
  pass(89s);
  BOOST_TEST(outlet->writes == 1u);
  pass(1s);
  BOOST_TEST(outlet->written == line(1, "a"));
}

BOOST_FIXTURE_TEST_CASE(a_receiver_that_stays_away_gets_an_attempt_each_half_minute, plain_sink) {
  outlet->answers.problem = "can't be reached";
  hand_over("a");
  pass(120s);
  auto before = outlet->writes;
  for (int i = 0; i < 2000; ++i) hand_over("b");
  pass(10min);
  BOOST_TEST(outlet->writes == before + 20);
}

BOOST_FIXTURE_TEST_CASE(a_sink_that_fails_for_an_hour_says_so_about_once_a_minute, plain_sink) {
  outlet->answers.problem = "cannot write: disk full";
  hand_over("a");
  pass(1h);
  BOOST_TEST(log.count() >= 55u);
  BOOST_TEST(log.count() <= 61u);
}

BOOST_FIXTURE_TEST_CASE(while_nothing_can_be_written_no_more_is_read_than_there_is_room_for, durable_sink) {
  outlet->answers.problem = "can't be reached";
  hand_over("a", room + 100);
  tell_end();
  BOOST_TEST(trail->reads.empty());
  outlet->answers.problem.clear();
  pass(1min);
  BOOST_TEST(outlet->written == lines(1, room + 100, "a"));
}

BOOST_FIXTURE_TEST_CASE(refused_records_are_counted_and_do_not_stop_the_others, plain_sink) {
  outlet->answers.refused = 1;
  hand_over("a");
  outlet->answers.refused = 0;
  hand_over("b");
  auto figures = progress();
  BOOST_TEST(figures.refused == 1u);
  BOOST_TEST(figures.delivered == 1u);
  BOOST_TEST(log.with("refused 1 records for good") == 1u);
}

BOOST_FIXTURE_TEST_CASE(a_trail_that_can_not_be_read_is_tried_again_and_nothing_is_skipped, durable_sink) {
  trail->unreadable = "input/output error";
  commit("a");
  commit("b");
  tell_end();
  pass(4s);
  hand_over("c");
  BOOST_TEST(trail->reads.size() == 1u);
  pass(30s);
  trail->unreadable.clear();
  pass(5s);
  BOOST_TEST(outlet->written == line(1, "a") + line(2, "b") + line(3, "c"));
  BOOST_TEST(log.with("can't be read from sequence 1 on: input/output error") == 1u);
  BOOST_TEST(log.with("can be read again") == 1u);
}

BOOST_FIXTURE_TEST_CASE(an_answer_that_belongs_to_no_write_changes_nothing, plain_sink) {
  outlet->waits = true;
  hand_over("a");
  self->send(sink, outlet_written{99, ""});
  self->send(sink, outlet_written{0, "cannot write"});
  run();
  BOOST_TEST(outlet->writes == 1u);
  finish_write();
  self->send(sink, outlet_written{1, ""});
  run();
  hand_over("b");
  BOOST_TEST(outlet->writes == 2u);
}

BOOST_FIXTURE_TEST_CASE(an_outlet_that_throws_ends_the_sink_and_nobody_else, plain_sink) {
  outlet->broken = true;
  auto refused = self->request(sink, caf::infinite, commit("a"));
  run();
  BOOST_REQUIRE(has_answer());
  refused.receive([] { BOOST_ERROR("accepted"); }, [](caf::error&) {});
  BOOST_TEST(log.with("actor sink") == 1u);
  BOOST_TEST(log.with("broken outlet") == 1u);
}

BOOST_FIXTURE_TEST_CASE(its_figures_tell_how_it_goes, durable_sink) {
  hand_over("a");
  outlet->answers.problem = "can't be reached";
  hand_over("b");
  pass(1s);
  commit("c");
  tell_end();
  auto figures = progress();
  BOOST_TEST(figures.sink == "stream");
  BOOST_TEST(figures.delivered == 1u);
  BOOST_TEST(figures.failed == 2u);
  BOOST_TEST(figures.failed_in_a_row == 2u);
  BOOST_TEST(figures.lag == 2u);
  outlet->answers.problem.clear();
  pass(2s);
  figures = progress();
  BOOST_TEST(figures.delivered == 3u);
  BOOST_TEST(figures.failed == 2u);
  BOOST_TEST(figures.failed_in_a_row == 0u);
  BOOST_TEST(figures.lag == 0u);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(stopping)

BOOST_FIXTURE_TEST_CASE(a_stop_is_answered_when_everything_is_written, plain_sink) {
  outlet->waits = true;
  hand_over("a");
  hand_over("b");
  auto stopped = stop();
  BOOST_TEST(!has_answer());
  finish_write();
  BOOST_TEST(!has_answer());
  finish_write();
  expect_answer(std::move(stopped));
  BOOST_TEST(outlet->written == line(1, "a") + line(2, "b"));
  BOOST_TEST(log.count() == 0u);
}

BOOST_FIXTURE_TEST_CASE(a_stop_is_answered_when_everything_is_read_and_written, plain_sink) {
  outlet->waits = true;
  hand_over("a", room + 10);
  auto stopped = stop();
  while (outlet->waiting) finish_write();
  expect_answer(std::move(stopped));
  BOOST_TEST(outlet->written == lines(1, room + 10, "a"));
}

BOOST_FIXTURE_TEST_CASE(a_stop_of_an_idle_sink_is_answered_at_once, plain_sink) {
  hand_over("a");
  expect_answer(stop());
}

BOOST_FIXTURE_TEST_CASE(after_the_deadline_a_stop_is_answered_with_records_left, plain_sink) {
  outlet->waits = true;
  hand_over("a");
  hand_over("b");
  auto stopped = self->request(sink, caf::infinite, stop_command{});
  auto again = self->request(sink, caf::infinite, stop_command{});
  pass(2999ms);
  BOOST_TEST(!has_answer());
  pass(1ms);
  expect_answer(std::move(stopped));
  expect_answer(std::move(again));
  BOOST_TEST(log.with("error sink stream was stopped with 2 records left") == 1u);
}

BOOST_FIXTURE_TEST_CASE(what_a_sink_with_a_cursor_leaves_at_the_stop_is_no_error, durable_sink) {
  outlet->waits = true;
  hand_over("a");
  auto stopped = stop();
  pass(3s);
  expect_answer(std::move(stopped));
  BOOST_TEST(log.with("warning sink stream was stopped 1 records behind; it goes on there") == 1u);
  BOOST_TEST(cursors->noted.back() == "acme 1/0");
}

BOOST_FIXTURE_TEST_CASE(a_stop_does_not_wait_for_the_next_attempt, plain_sink) {
  outlet->answers.problem = "cannot write: disk full";
  hand_over("a");
  pass(60s);
  auto writes = outlet->writes;
  outlet->answers.problem.clear();
  auto stopped = stop();
  BOOST_TEST(outlet->writes == writes + 1);
  expect_answer(std::move(stopped));
}

BOOST_FIXTURE_TEST_CASE(after_a_stop_batches_are_refused, plain_sink) {
  outlet->waits = true;
  hand_over("a");
  auto stopped = stop();
  pass(3s);
  expect_answer(std::move(stopped));
  auto refused = self->request(sink, caf::infinite, commit("b"));
  run();
  BOOST_REQUIRE(has_answer());
  refused.receive([] { BOOST_ERROR("accepted"); }, [](caf::error&) {});
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace floorwalker
