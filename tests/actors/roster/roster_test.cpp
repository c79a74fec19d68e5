#include "actors/roster/listing_rules.hpp"
#include "actors/roster/roster.hpp"

#include "tests/actors/log_lines.hpp"
#include "tests/actors/virtual_floor.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <fmt/format.h>

#include <vector>

namespace floorwalker {
namespace {

using namespace std::chrono_literals;

/// A page of one agent, whose id ends in `number`.
http_answer page(int number, int page_count) {
  return {
      200,
      fmt::format(R"({{"entities":[{{"id":"550e8400-e29b-41d4-a716-{:012}"}}],"pageCount":{}}})", number, page_count),
      {},
      {}};
}

const struct {
  const char* sentence;
  std::vector<http_answer> answers;
  listing_step last;
  std::size_t agents;
} rows[] = {
    {"one page", {page(1, 1)}, listing_step::complete, 1},
    {"a page that does not say how many there are is the only one", {page(1, 0)}, listing_step::complete, 1},
    {"three pages", {page(1, 3), page(2, 3), page(3, 3)}, listing_step::complete, 3},
    {"an agent that moved between pages counts once", {page(1, 2), page(1, 2)}, listing_step::complete, 1},
    {"a listing that shrinks ends early", {page(1, 3), page(2, 2)}, listing_step::complete, 2},
    {"a listing that grows goes on", {page(1, 2), page(2, 3)}, listing_step::next_page, 2},
    {"more pages than anybody has are not believed", {page(1, 10'001)}, listing_step::retry, 0},
    {"nor is a negative number", {page(1, -1)}, listing_step::retry, 0},
    {"no listing", {{404, {}, {}, {}}}, listing_step::not_available, 0},
    {"forbidden", {{403, {}, {}, {}}}, listing_step::not_available, 0},
    {"a stale token", {page(1, 2), {401, {}, {}, {}}}, listing_step::renew_token, 0},
    {"overload", {page(1, 2), {503, {}, {}, {}}}, listing_step::retry, 0},
    {"no answer", {{0, {}, "connection refused", {}}}, listing_step::retry, 0},
    {"garbage", {{200, "<html>", {}, {}}}, listing_step::retry, 0},
    {"no entities", {{200, "{}", {}, {}}}, listing_step::retry, 0},
};

class counting_directory : public agent_directory {
public:
  void request_page(std::uint64_t number, std::uint32_t, access_token_ptr, roster_actor receiver) override {
    ++requests;
    pending = number;
    roster = std::move(receiver);
  }
  int requests = 0;
  std::uint64_t pending = 0;
  roster_actor roster;
};

struct kept_log {
  testing::log_lines log;
};

class roster_floor : public kept_log, public testing::virtual_floor {
public:
  ~roster_floor() { // timers that are left over run at the end, and a listing would start the next
    directory->roster = nullptr;
    self->send(roster, stop_command{});
    run();
  }

  void start(bool all_agents) {
    tenant_settings settings;
    settings.name = "acme";
    settings.all_agents = all_agents;
    settings.reconnect.jitter = 0;
    auto tenant = system.spawn([seen = listings]() -> tenant_actor::behavior_type {
      return {[](const agents_released&) {},
              [](const tenant_change_ptr&) {},
              [](alerts_wanted) {},
              [](const access_token_ptr&) {},
              [](const renewal_report&) {},
              [](const audit_report&) {},
              [](const alert_changed&) {},
              [seen](const agent_listing_ptr&) { ++*seen; },
              [](const token_refused&) {},
              [](const tenant_failed&) {},
              [](const listener_counts&) {},
              [](caf::get_atom) { return system_metrics{}; },
              [](const status_query&) { return agent_status{}; },
              [](const agents_query&) { return std::vector<agent_status>{}; },
              [](const timer_fired&) {},
              [](const stop_command&) { return system_metrics{}; }};
    });
    roster = spawn_roster(system, settings, directory, std::make_shared<testing::virtual_wall_clock>(), {tenant}, 1);
    self->send(roster, access_token_ptr{std::make_shared<const access_token>("t", 1)});
    run();
  }

  void answer(const http_answer& with) {
    self->send(roster, directory_answered{directory->pending, with});
    run();
  }

  bool answered() const { return const_cast<caf::scoped_actor&>(self)->peek_at_next_mailbox_element() != nullptr; }

  std::shared_ptr<counting_directory> directory = std::make_shared<counting_directory>();
  std::shared_ptr<int> listings = std::make_shared<int>(0);
  roster_actor roster;
};

} // namespace

BOOST_AUTO_TEST_SUITE(listing)

BOOST_AUTO_TEST_CASE(pages_become_one_listing_or_lead_to_another_attempt) {
  for (auto& row : rows) BOOST_TEST_CONTEXT(row.sentence) {
      listing_course course;
      course.begin({});
      listing_step step{};
      for (auto& answer : row.answers) step = course.answered(answer);
      BOOST_TEST((step == row.last));
      if (step == listing_step::complete) BOOST_TEST(course.finish(true)->agents.size() == row.agents);
      if (step != listing_step::complete && step != listing_step::next_page) BOOST_TEST(!course.problem().empty());
    }
}

BOOST_AUTO_TEST_CASE(rows_are_sorted_by_key_and_of_an_agent_that_comes_twice_the_later_one_counts) {
  auto page_of = [](int number, std::string_view rows) {
    return http_answer{200, fmt::format(R"({{"entities":[{}],"pageNumber":{},"pageCount":2}})", rows, number), {}, {}};
  };
  constexpr auto row = R"({{"id":"550e8400-e29b-41d4-a716-44665544000{}","state":"{}"}})";
  listing_course course;
  course.begin({});
  auto step = course.answered(page_of(1, fmt::format(row, "B", "busy") + "," + fmt::format(row, 1, "busy")));
  BOOST_TEST((step == listing_step::next_page));
  step = course.answered(page_of(2, fmt::format(row, "b", "break") + "," + fmt::format(row, 0, "busy")));
  BOOST_TEST((step == listing_step::complete));
  auto listing = course.finish(true);
  std::string all;
  for (const auto& agent : listing->agents)
    all += fmt::format("{} {}, ", agent.who->id().back(), agent.state.value_or("-"));
  BOOST_TEST(all == "0 busy, 1 busy, b break, ");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(roster)

BOOST_FIXTURE_TEST_CASE(all_agents_are_listed_with_the_first_token_and_every_five_minutes, roster_floor) {
  start(true);
  BOOST_TEST(directory->requests == 1);
  answer(page(1, 1));
  pass(5min - 1ns);
  BOOST_TEST(directory->requests == 1);
  pass(1ns);
  BOOST_TEST(directory->requests == 2);
  BOOST_TEST(*listings == 1);
}

BOOST_FIXTURE_TEST_CASE(a_wish_while_a_listing_runs_is_served_by_the_next, roster_floor) {
  start(true);
  auto wish = self->request(roster, caf::infinite, listing_wanted{});
  run();
  answer(page(1, 1));
  BOOST_TEST((!answered() && directory->requests == 1));
  pass(1s);
  BOOST_TEST(directory->requests == 2);
  answer(page(1, 1));
  BOOST_TEST(answered());
}

BOOST_FIXTURE_TEST_CASE(a_failed_listing_is_tried_again_and_forgets_nobody, roster_floor) {
  start(false);
  BOOST_TEST(directory->requests == 0);
  auto wish = self->request(roster, caf::infinite, listing_wanted{});
  run();
  answer({503, {}, {}, {}});
  pass(1s);
  answer({0, {}, "timed out", {}});
  pass(2s);
  BOOST_TEST((directory->requests == 3 && !answered()));
  answer(page(1, 1));
  BOOST_TEST(answered());
  pass(1h);
  BOOST_TEST(directory->requests == 3);
}

BOOST_FIXTURE_TEST_CASE(each_tracker_gets_its_answer_and_a_newer_wish_replaces_an_older_one, roster_floor) {
  start(true);
  caf::scoped_actor other{system};
  auto older = self->request(roster, caf::infinite, listing_wanted{});
  auto newer = self->request(roster, caf::infinite, listing_wanted{});
  auto others = other->request(roster, caf::infinite, listing_wanted{});
  run();
  bool replaced = false;
  older.receive([](const agent_listing_ptr&) {}, [&](const caf::error&) { replaced = true; });
  BOOST_TEST((replaced && !answered()));
  answer(page(1, 1));
  pass(1s);
  answer(page(1, 1));
  BOOST_TEST((answered() && other->peek_at_next_mailbox_element() != nullptr));
}

BOOST_FIXTURE_TEST_CASE(a_platform_without_a_listing_answers_at_once_and_warns_once, roster_floor) {
  start(true);
  for (int i = 0; i < 5; ++i, pass(5min)) answer({404, {}, {}, {}});
  BOOST_TEST(*listings == 5);
  BOOST_TEST(log.with("can't be listed") == 1u);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace floorwalker
