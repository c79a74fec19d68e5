#include <cmath>
#include <map>

#include <boost/test/unit_test.hpp>

#include "simulator/floor_model.hpp"
#include "simulator/turn_queue.hpp"

using namespace floorwalker::simulator;
using namespace std::chrono_literals;

namespace {

constexpr auto noon = instant{std::chrono::sys_days{std::chrono::year{2026} / 5 / 1} + 12h};

options small_floor(std::uint64_t seed = 7) {
  auto chosen = options{};
  chosen.seed = seed;
  chosen.floor.agents = 20;
  return chosen;
}

} // namespace

BOOST_AUTO_TEST_SUITE(floor_model_test)

BOOST_AUTO_TEST_CASE(equal_seeds_give_equal_floors_and_equal_days) {
  auto one = floor_model{small_floor()};
  auto other = floor_model{small_floor()};
  for (auto agent = 0u; agent < one.size(); ++agent) {
    BOOST_TEST(one.agent(agent).id == other.agent(agent).id);
    for (auto times = 0; times < 50; ++times) {
      auto a = one.advance(agent, noon);
      auto b = other.advance(agent, noon);
      BOOST_TEST((a.from == b.from && a.to == b.to && a.reason == b.reason && a.at == b.at));
    }
  }
}

BOOST_AUTO_TEST_CASE(another_seed_gives_other_people) {
  auto one = floor_model{small_floor(1)};
  auto other = floor_model{small_floor(2)};
  BOOST_TEST(one.agent(0).id != other.agent(0).id);
}

BOOST_AUTO_TEST_CASE(the_first_id_of_seed_1_never_changes) {
  // Seeds travel between machines and versions: recorded failures name them.
  BOOST_TEST(floor_model{options{}}.agent(0).id == "5775264a-9a7e-4b09-a68e-6fc01df08360");
}

BOOST_AUTO_TEST_CASE(what_an_agent_does_does_not_depend_on_the_others) {
  auto alone = floor_model{small_floor()};
  auto crowded = floor_model{small_floor()};
  for (auto times = 0; times < 30; ++times) {
    for (auto other = 1u; other < crowded.size(); ++other) crowded.advance(other, noon);
    BOOST_TEST(alone.advance(0, noon).to == crowded.advance(0, noon + 1s).to);
  }
}

BOOST_AUTO_TEST_CASE(without_oddities_every_transition_is_in_the_matrix_and_continues_the_last) {
  auto floor = floor_model{small_floor()};
  for (auto agent = 0u; agent < floor.size(); ++agent) {
    auto state = floor.agent(agent).state;
    for (auto times = 0; times < 200; ++times) {
      auto next = floor.advance(agent, noon);
      BOOST_TEST(next.authorized);
      BOOST_TEST(next.from == state);
      state = next.to;
      BOOST_TEST(floor.agent(agent).state == state);
    }
  }
}

BOOST_AUTO_TEST_CASE(shares_are_kept) {
  auto chosen = small_floor();
  chosen.oddities = {.unauthorized = 0.01, .malformed = 0.02, .duplicates = 0.03, .reordered = 0.04};
  auto floor = floor_model{chosen};
  auto unauthorized = 0;
  auto malformed = 0;
  auto duplicates = 0;
  auto reordered = 0;
  constexpr auto events = 200'000;
  for (auto event = 0; event < events; ++event) {
    auto agent = static_cast<std::uint32_t>(event) % floor.size();
    auto next = floor.advance(agent, noon);
    auto odd = floor.oddities_of(agent, next.index);
    unauthorized += next.authorized ? 0 : 1;
    malformed += odd.malformed ? 1 : 0;
    duplicates += odd.duplicate ? 1 : 0;
    reordered += odd.reordered ? 1 : 0;
    BOOST_TEST(!odd.foreign);
  }
  auto near = [&](int count, double share) {
    auto wanted = events * share;
    return std::abs(count - wanted) < 5 * std::sqrt(wanted);
  };
  BOOST_TEST(near(unauthorized, 0.01), unauthorized);
  BOOST_TEST(near(malformed, 0.02), malformed);
  BOOST_TEST(near(duplicates, 0.03), duplicates);
  BOOST_TEST(near(reordered, 0.04), reordered);
}

BOOST_AUTO_TEST_CASE(an_agents_instants_rise_by_the_resolution_even_when_the_clock_stands) {
  auto floor = floor_model{small_floor()};
  auto first = floor.advance(3, noon);
  auto second = floor.advance(3, noon);
  auto third = floor.advance(3, noon - 5s);
  BOOST_TEST((first.at == noon));
  BOOST_TEST((second.at == noon + 1ms));
  BOOST_TEST((third.at == noon + 2ms));
}

BOOST_AUTO_TEST_CASE(a_late_event_is_old_but_never_older_than_the_one_before) {
  auto chosen = small_floor();
  chosen.oddities.late = 1.0;
  chosen.oddities.late_by = 5s;
  auto floor = floor_model{chosen};
  BOOST_TEST((floor.advance(0, noon).at == noon - 5s));
  BOOST_TEST((floor.advance(0, noon + 2s).at == noon - 3s));
  BOOST_TEST((floor.advance(0, noon - 1h).at == noon - 3s + 1ms));
}

BOOST_AUTO_TEST_CASE(ids_given_by_hand_are_found_in_any_case) {
  auto chosen = small_floor();
  chosen.floor.agent_ids = {"550E8400-e29b-41d4-a716-446655440000"};
  auto floor = floor_model{chosen};
  BOOST_TEST(floor.agent(0).id == "550E8400-e29b-41d4-a716-446655440000");
  BOOST_TEST(floor.find("550e8400-E29B-41d4-a716-446655440000").value() == 0u);
  BOOST_TEST(!floor.find(floor.stranger(1)).has_value());
}

BOOST_AUTO_TEST_CASE(who_is_hired_has_a_name_an_id_and_a_team_of_the_tenant) {
  auto chosen = small_floor();
  chosen.tenants = {{"acme", "a", "b"}, {"globex", "c", "d"}};
  auto floor = floor_model{chosen};
  auto number = floor.hire(1);
  const auto& who = floor.agent(number);
  BOOST_TEST(number == 40u);
  BOOST_TEST(who.name == "Agent 0021");
  BOOST_TEST(who.tenant == 1u);
  BOOST_TEST(is_identifier(who.id));
  BOOST_TEST(who.team >= chosen.floor.teams);
}

BOOST_AUTO_TEST_CASE(a_matrix_with_a_dead_end_is_refused) {
  auto chosen = small_floor();
  chosen.floor.matrix = {{"available", {"busy"}}, {"busy", {}}};
  BOOST_CHECK_THROW(floor_model{chosen}, std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(breaks_last_longer_than_wrap_up) {
  auto floor = floor_model{small_floor()};
  auto longest = std::map<std::string, double>{};
  for (auto agent = 0u; agent < floor.size(); ++agent)
    for (auto times = 0; times < 100; ++times) {
      auto next = floor.advance(agent, noon);
      auto& known = longest[floor.states()[next.to]];
      known = std::max(known, floor.dwell_s(agent));
    }
  BOOST_TEST(longest["break"] > longest["wrap-up"] * 5);
}

BOOST_AUTO_TEST_CASE(turns_come_by_their_time_and_equal_ones_by_number) {
  auto turns = turn_queue{};
  turns.add(4, 10);
  turns.add(9, 5);
  turns.add(2, 5);
  BOOST_TEST(turns.next().value() == 2u);
  turns.add(7, 1); // from now on, which is second 5
  BOOST_TEST(turns.next().value() == 9u);
  BOOST_TEST(turns.next().value() == 7u);
  BOOST_TEST(turns.next().value() == 4u);
  BOOST_TEST(!turns.next().has_value());
}

BOOST_AUTO_TEST_CASE(nights_are_quiet_and_noon_has_breaks_without_jumps) {
  auto night = rhythm_at(noon - 9h, 24h);
  auto lunch = rhythm_at(noon, 24h);
  auto morning = rhythm_at(noon - 2h, 24h);
  BOOST_TEST(night.pace < 0.2 * morning.pace);
  BOOST_TEST(lunch.breaks > 2 * morning.breaks);
  auto last = rhythm_at(noon, 24h);
  for (auto minute = 1; minute <= 24 * 60; ++minute) {
    auto next = rhythm_at(noon + std::chrono::minutes{minute}, 24h);
    BOOST_TEST(next.pace > 0);
    BOOST_TEST(next.pace <= 1);
    BOOST_TEST(std::abs(next.pace - last.pace) < 0.01);
    last = next;
  }
  BOOST_TEST(rhythm_at(instant{} + 30s, 60s).breaks == 3.0); // noon of a day that lasts a minute
}

BOOST_AUTO_TEST_SUITE_END()
