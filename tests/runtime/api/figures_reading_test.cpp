#include "runtime/api/figures_reading.hpp"

#include "tests/actors/hub/figures_samples.hpp"
#include "tests/actors/memory_trail.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <string>

namespace floorwalker {
namespace {

using namespace std::chrono_literals;
using testing::fresh_row;
using testing::memory_trail;
using testing::opening; // 10:00 UTC
using testing::told_records;

civil_day utc_day(utc_time at) {
  auto begin = std::chrono::floor<std::chrono::days>(at);
  return {begin, begin + std::chrono::days{1}};
}

/// A trail in memory, a hub that tells of it, and who counts.
class read_figures : public told_records {
public:
  ~read_figures() { trail->release(); }

  std::shared_ptr<figures_reading> reading() {
    return std::make_shared<figures_reading>(
        settings, utc_day,
        stream_surroundings{[this](std::function<void()> task) { tasks.push_back(std::move(task)); },
                            [this] { return now; }});
  }

  void commit_quietly() {
    auto batch = commit();
    end = batch->positions.back().sequence;
    trail->append(batch, trail_position{end, 0, 0});
    last = batch;
  }

  /// Another hub or process begins where the trail stands.
  void begin(figures_reading& one) {
    auto update = next_update();
    update->begins = live_beginning{trail, trail->epochs};
    one.follow(*update);
    run();
  }
  void tell(figures_reading& one) {
    auto update = next_update();
    update->batch = last;
    one.follow(*update);
    run();
  }
  void pass_over(figures_reading& one) {
    auto update = next_update();
    update->skipped = 1;
    one.follow(*update);
    run();
  }
  std::shared_ptr<live_update> next_update() const {
    auto update = std::make_shared<live_update>();
    update->epoch = 1;
    update->sequence = end;
    return update;
  }
  void run() {
    while (!tasks.empty()) {
      auto task = std::move(tasks.front());
      tasks.pop_front();
      task();
    }
  }

  void start_at(utc_time at) {
    monitoring({.started = true, .slot = 0, .cause = "start", .at = at, .agent_ids = {"a-1"}});
  }
  void move(utc_time at, std::string_view previous, std::string_view current) {
    transition({.previous = previous, .current = current, .at = at});
  }

  static std::vector<tenths> today(figures_reading& one, utc_time at) {
    BOOST_REQUIRE(one.counted() != nullptr);
    return one.counted()->of(fresh_row(), "a-1", at).counts.today;
  }
  static tenths in(figures_reading& one, std::string_view state, utc_time at) {
    auto times = today(one, at);
    for (std::size_t code = 0; code < times.size(); ++code)
      if (one.counted()->states()[code] == state) return times[code];
    return tenths{0};
  }

  tenant_settings settings;
  std::shared_ptr<memory_trail> trail = std::make_shared<memory_trail>();
  utc_time now = opening;
  std::uint64_t end = 0;
  committed_batch_ptr last;
  std::deque<std::function<void()>> tasks;
};

} // namespace

BOOST_AUTO_TEST_SUITE(figures_from_the_trail)

BOOST_FIXTURE_TEST_CASE(after_a_restart_the_figures_are_those_of_a_process_that_never_ended, read_figures) {
  now = opening - 30h;
  auto before = reading();
  begin(*before);
  start_at(now);
  reconciled("a-1", std::nullopt, "available", now);
  commit_quietly();
  tell(*before);
  for (auto at = now; at < opening - 10min; at += 7min) {
    now = at;
    move(at, "available", "busy");
    move(at + 3min, "busy", "available");
    commit_quietly();
    tell(*before);
    before->beat();
  }
  now = opening;
  auto after = reading();
  begin(*after);
  BOOST_TEST((today(*before, now) == today(*after, now)));
  BOOST_TEST((in(*after, "busy", now) > 4h));
  BOOST_TEST(before->counted()->of(fresh_row(), "a-1", now).counts.transitions_today ==
             after->counted()->of(fresh_row(), "a-1", now).counts.transitions_today);
}

BOOST_FIXTURE_TEST_CASE(yesterday_is_not_read, read_figures) {
  for (auto i = 0; i < 3000; ++i) {
    move(opening - 50h + i * 1min, i % 2 == 0 ? "available" : "busy", i % 2 == 0 ? "busy" : "available");
    commit_quietly();
  }
  auto one = reading();
  begin(*one);
  BOOST_TEST((in(*one, "busy", now) + in(*one, "available", now) == tenths{36000 * 10}));
  BOOST_TEST(trail->reads.size() < 1300u); // a record each, of the last ten hours, and the few that find them
}

BOOST_FIXTURE_TEST_CASE(time_in_which_the_engine_was_down_is_unobserved, read_figures) {
  start_at(opening - 11h);
  reconciled("a-1", std::nullopt, "available", opening - 11h);
  monitoring({.slot = 0, .cause = "shutdown", .at = opening - 3h, .last_received = opening - 3h, .agent_ids = {"a-1"}});
  commit_quietly();
  now = opening - 2h;
  auto one = reading();
  begin(*one);
  start_at(opening - 2h);
  commit_quietly();
  tell(*one);
  BOOST_TEST((in(*one, "unobserved", opening) == 1h));
  BOOST_TEST((in(*one, "available", opening) == 9h));
}

BOOST_FIXTURE_TEST_CASE(before_the_trail_s_oldest_record_nothing_was_observed, read_figures) {
  move(opening - 1h, "available", "busy");
  commit_quietly();
  auto one = reading();
  begin(*one);
  BOOST_TEST((in(*one, "unobserved", opening) == 9h));
  BOOST_TEST((in(*one, "busy", opening) == 1h));
}

BOOST_FIXTURE_TEST_CASE(an_empty_trail_is_counted_at_once, read_figures) {
  auto one = reading();
  BOOST_TEST(one->counted() == nullptr); // the trail is not open
  begin(*one);
  BOOST_TEST((in(*one, "unobserved", opening) == 10h));
  start_at(opening + 1min);
  reconciled("a-1", std::nullopt, "available", opening + 1min);
  commit_quietly();
  tell(*one);
  BOOST_TEST((in(*one, "available", opening + 10min) == 9min));
}

BOOST_FIXTURE_TEST_CASE(a_trail_that_cannot_be_read_is_tried_again_each_second, read_figures) {
  for (auto i = 0; i < 2000; ++i) {
    move(opening - 2h + i * 1s, i % 2 == 0 ? "available" : "busy", i % 2 == 0 ? "busy" : "available");
    commit_quietly();
  }
  trail->unreadable = "the disk is gone";
  auto one = reading();
  begin(*one);
  BOOST_TEST(one->counted() == nullptr);
  auto reads = trail->reads.size();
  tell(*one); // what comes meanwhile asks nothing
  BOOST_TEST(trail->reads.size() == reads);
  one->beat();
  run();
  BOOST_TEST(trail->reads.size() == reads + 1);
  trail->unreadable.clear();
  one->beat();
  run();
  BOOST_TEST((in(*one, "unobserved", opening) == 8h));
}

BOOST_FIXTURE_TEST_CASE(what_the_hub_passes_over_is_read, read_figures) {
  auto one = reading();
  begin(*one);
  start_at(opening);
  reconciled("a-1", std::nullopt, "available", opening);
  commit_quietly();
  tell(*one);
  move(opening + 10min, "available", "busy");
  commit_quietly();
  pass_over(*one);
  BOOST_TEST((in(*one, "busy", opening + 30min) == 20min));
}

BOOST_FIXTURE_TEST_CASE(a_hub_that_begins_anew_costs_no_second_reading, read_figures) {
  start_at(opening - 1h);
  commit_quietly();
  auto one = reading();
  begin(*one);
  auto reads = trail->reads.size();
  begin(*one);
  BOOST_TEST(one->counted() != nullptr);
  BOOST_TEST(trail->reads.size() == reads);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace floorwalker
