// Who gets which event, without a socket and without a clock.
#include <memory>

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include "simulator/switchboard.hpp"

using namespace floorwalker::simulator;
using namespace std::chrono_literals;
namespace json = boost::json;

namespace {

constexpr auto noon = instant{std::chrono::sys_days{std::chrono::year{2026} / 5 / 1} + 12h};

class paper_listener final : public listener {
public:
  bool can_take() const override { return waiting.size() < room; }
  void send_text(std::string_view message) override { waiting.emplace_back(message); }
  void send_frame(opcode kind, std::string_view, std::uint8_t) override { frames.push_back(kind); }
  void flush() override {}
  void suffer(const fault& what) override { suffered.push_back(what.kind); }

  /// What a socket does when it has written: makes room.
  void take() {
    for (auto& message : waiting) taken.push_back(std::move(message));
    waiting.clear();
  }

  std::size_t room = 10;
  std::vector<std::string> waiting;
  std::vector<std::string> taken;
  std::vector<opcode> frames;
  std::vector<fault_kind> suffered;
};

struct switchboard_floor {
  explicit switchboard_floor(options wished) : chosen{std::move(wished)} {}

  std::unique_ptr<paper_listener> listen(std::vector<std::uint32_t> agents, std::size_t room = 10) {
    auto who = std::make_unique<paper_listener>();
    who->room = room;
    who->agents = std::move(agents);
    who->account = &book.open_connection(0, noon);
    board.attach(*who, noon);
    return who;
  }
  void run_dry(paper_listener& who) {
    while (!who.waiting.empty()) {
      who.take();
      board.refill(who, noon);
    }
  }

  options chosen;
  ledger book{chosen.ledger};
  floor_model floor{chosen};
  fault_plan plan{chosen.seed};
  switchboard board{chosen, floor, book, plan};
};

options full_speed(std::uint64_t events, std::uint32_t agents = 4) {
  auto chosen = options{};
  chosen.floor.agents = agents;
  chosen.pace = {.rate = 0, .events = events};
  return chosen;
}

options held() {
  auto chosen = options{};
  chosen.floor.agents = 4;
  chosen.pace.paused = true;
  return chosen;
}

} // namespace

BOOST_AUTO_TEST_SUITE(switchboard_test)

BOOST_AUTO_TEST_CASE(a_change_goes_to_every_listener_of_its_agent_and_to_no_other) {
  auto home = switchboard_floor{held()};
  auto one = home.listen({0, 1});
  auto both = home.listen({1, 2});
  home.board.change(1, 3, noon);
  home.board.change(0, 3, noon);
  home.board.change(3, 3, noon);
  BOOST_TEST(one->waiting.size() == 2u);
  BOOST_TEST(both->waiting.size() == 1u);
  BOOST_TEST(one->waiting[0] == both->waiting[0]);
  BOOST_TEST(home.book.agent(1).sent == 1u);
  BOOST_TEST(home.book.agent(1).copies == 1u);
  BOOST_TEST(home.book.agent(3).unheard == 1u);
  BOOST_TEST(home.book.agent(3).sent == 0u);
  BOOST_TEST(home.board.agents_heard() == 3u);
}

BOOST_AUTO_TEST_CASE(after_detaching_changes_are_unheard) {
  auto home = switchboard_floor{held()};
  auto one = home.listen({0});
  home.board.detach(*one, noon + 1s);
  home.board.change(0, 2, noon + 2s);
  BOOST_TEST(one->waiting.empty());
  BOOST_TEST((one->account->deaf_at == noon + 1s));
  BOOST_TEST(home.book.agent(0).unheard == 1u);
}

BOOST_AUTO_TEST_CASE(at_full_speed_what_happens_does_not_depend_on_how_much_sockets_take) {
  auto messages = [](std::size_t room) {
    auto home = switchboard_floor{full_speed(103)};
    auto one = home.listen({0, 1, 2, 3}, room);
    home.run_dry(*one);
    BOOST_TEST(home.board.finished());
    BOOST_TEST(home.book.agent(0).sent == 26u);
    BOOST_TEST(home.book.agent(3).sent == 25u);
    return one->taken;
  };
  auto few = messages(1);
  BOOST_TEST(few.size() == 103u);
  BOOST_TEST(few == messages(64), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_full_listener_holds_its_agents_up_and_nobody_elses) {
  auto home = switchboard_floor{full_speed(0)};
  auto full = home.listen({0, 1}, 5);
  auto other = home.listen({1, 2}, 50);
  BOOST_TEST(full->waiting.size() == 5u);
  for (auto times = 0; times < 5; ++times) {
    other->take();
    home.board.refill(*other, noon);
  }
  BOOST_TEST(full->waiting.size() == 5u);
  BOOST_TEST(other->taken.size() > 100u);
  for (const auto& message : other->taken) BOOST_TEST(message.find(home.floor.agent(2).id) != std::string::npos);
  home.board.detach(*full, noon);
  auto before = home.book.agent(1).sent;
  other->take();
  home.board.tick(noon);
  BOOST_TEST(home.book.agent(1).sent > before);
}

BOOST_AUTO_TEST_CASE(nothing_is_generated_before_enough_agents_are_subscribed) {
  auto chosen = full_speed(0);
  chosen.pace.start_after_agents = 3;
  auto home = switchboard_floor{chosen};
  auto one = home.listen({0, 1});
  BOOST_TEST(one->waiting.empty());
  auto other = home.listen({2});
  BOOST_TEST(one->waiting.size() == 10u);
  BOOST_TEST(other->waiting.size() == 10u);
}

BOOST_AUTO_TEST_CASE(a_rate_is_kept_and_the_number_of_events_too) {
  auto chosen = options{};
  chosen.floor.agents = 50;
  chosen.pace = {.rate = 200, .events = 900};
  auto home = switchboard_floor{chosen};
  home.board.tick(noon);
  for (auto at = 5ms; at <= 3s; at += 5ms) home.board.tick(noon + at);
  BOOST_TEST(std::abs(static_cast<int>(home.book.totals().generated) - 600) <= 1);
  for (auto at = 3000ms; at <= 10s; at += 5ms) home.board.tick(noon + at);
  BOOST_TEST(home.book.totals().generated == 900u);
  BOOST_TEST(home.board.finished());
  home.board.add_events(10, noon);
  for (auto at = 10'000ms; at <= 11s; at += 5ms) home.board.tick(noon + at);
  BOOST_TEST(home.book.totals().generated == 910u);
}

BOOST_AUTO_TEST_CASE(a_pause_is_not_made_up_for) {
  auto chosen = options{};
  chosen.pace.rate = 100;
  auto home = switchboard_floor{chosen};
  home.board.tick(noon);
  home.board.set_paused(true, noon);
  for (auto at = 1s; at <= 60s; at += 1s) home.board.tick(noon + at);
  BOOST_TEST(home.book.totals().generated == 0u);
  home.board.set_paused(false, noon + 60s);
  home.board.tick(noon + 60s + 10ms);
  BOOST_TEST(home.book.totals().generated == 1u);
}

BOOST_AUTO_TEST_CASE(odd_events_are_counted_as_what_they_are) {
  auto chosen = full_speed(1);
  chosen.floor.agents = 1;
  chosen.oddities = {.unauthorized = 1, .malformed = 1, .duplicates = 1, .other_types = 1, .foreign = 1};
  auto home = switchboard_floor{chosen};
  auto one = home.listen({0});
  BOOST_TEST(one->waiting.size() == 5u);
  BOOST_TEST(one->waiting[3] == one->waiting[4]);
  const auto& account = *one->account;
  BOOST_TEST(account.events == 1u);
  BOOST_TEST(account.duplicates == 1u);
  BOOST_TEST(account.malformed == 1u);
  BOOST_TEST(account.other_types == 1u);
  BOOST_TEST(account.ignored == 1u);
  BOOST_TEST(home.book.agent(0).unauthorized == 1u);
}

BOOST_AUTO_TEST_CASE(a_reordered_event_comes_right_after_the_one_that_overtook_it) {
  auto chosen = full_speed(2);
  chosen.floor.agents = 1;
  chosen.oddities.reordered = 1;
  auto home = switchboard_floor{chosen};
  auto one = home.listen({0});
  BOOST_TEST_REQUIRE(one->waiting.size() == 2u);
  auto first = json::parse(one->waiting[0]).at("data");
  auto second = json::parse(one->waiting[1]).at("data");
  BOOST_TEST(first.at("previousState").as_string() == second.at("currentState").as_string());
  BOOST_TEST(first.at("timestamp").as_string() > second.at("timestamp").as_string());
  BOOST_TEST(home.book.agent(0).out_of_order == 1u);
  BOOST_TEST(home.floor.states()[home.floor.agent(0).state] == first.at("currentState").as_string());
}

BOOST_AUTO_TEST_CASE(a_fault_at_a_total_strikes_the_connection_that_carried_the_event) {
  auto home = switchboard_floor{held()};
  home.board.plan_fault(parse_fault("drop@event:2"), noon);
  auto one = home.listen({0});
  auto other = home.listen({1});
  home.board.change(0, 1, noon);
  home.board.change(1, 1, noon);
  BOOST_TEST(one->suffered.empty());
  BOOST_TEST((other->suffered == std::vector{fault_kind::drop}));
  BOOST_TEST(home.book.faults().size() == 1u);
  BOOST_TEST(home.book.faults()[0].connection == other->account->id);
  home.board.change(1, 2, noon);
  BOOST_TEST(home.book.agent(1).unheard == 1u);
}

BOOST_AUTO_TEST_CASE(a_fault_planned_later_strikes_connections_that_are_open_already) {
  auto home = switchboard_floor{held()};
  auto one = home.listen({0});
  home.board.change(0, 1, noon);
  home.board.plan_fault(parse_fault("stall@each:2"), noon);
  home.board.change(0, 2, noon);
  BOOST_TEST((one->suffered == std::vector{fault_kind::stall}));
}

BOOST_AUTO_TEST_CASE(a_reset_tears_the_last_event_of_a_burst) {
  auto home = switchboard_floor{held()};
  auto one = home.listen({0, 1, 2});
  BOOST_TEST(home.board.inject(parse_fault("reset"), one->account->id, noon));
  BOOST_TEST(one->waiting.size() == 3u);
  BOOST_TEST((one->suffered == std::vector{fault_kind::reset}));
  BOOST_TEST(home.book.totals().torn == 1u);
  BOOST_TEST(home.book.agent(2).torn == 1u);
  BOOST_TEST(!home.board.inject(parse_fault("reset"), std::nullopt, noon));
}

BOOST_AUTO_TEST_CASE(at_full_speed_agents_change_unheard_when_a_fault_takes_their_connection) {
  auto chosen = full_speed(0);
  chosen.pace.changes_while_away = 3;
  auto home = switchboard_floor{chosen};
  auto one = home.listen({0, 1});
  auto other = home.listen({1});
  home.board.inject(parse_fault("drop"), one->account->id, noon);
  BOOST_TEST(home.book.agent(0).unheard == 3u);
  BOOST_TEST(home.book.agent(1).unheard == 0u);
}

BOOST_AUTO_TEST_CASE(who_was_fired_changes_no_more_and_who_was_hired_does) {
  auto chosen = options{};
  chosen.floor.agents = 1;
  chosen.pace.rate = 100;
  auto home = switchboard_floor{chosen};
  home.board.fire(0);
  auto hired = home.board.hire(0);
  home.board.tick(noon);
  for (auto at = 5ms; at <= 1s; at += 5ms) home.board.tick(noon + at);
  BOOST_TEST(home.book.agent(0).unheard == 0u);
  BOOST_TEST(home.book.agent(hired).unheard > 50u);
}

BOOST_AUTO_TEST_SUITE_END()
