#include "messages/agent_identity.hpp"

#include "messages/time.hpp"

#include <boost/test/unit_test.hpp>
#include <boost/unordered/unordered_flat_map.hpp>

#include <chrono>
#include <optional>
#include <string>

namespace {

using namespace floorwalker;

struct identity_case {
  const char* sentence;
  std::string id;
  std::string name;
  std::string team;
  std::string key;
};

const identity_case identities[] = {
    {"an id in lower case", "a-1", "Ada", "Day", "a-1"},
    {"an id with capitals", "A-1b", "Ada", "Day", "a-1b"},
    {"neither name nor team", "A-1", "", "", "a-1"},
    {"a team without a name", "a-1", "", "Day", "a-1"},
    {"letters beyond ASCII, which are not folded", "Ä-1", "Zoë", "Nord", "Ä-1"},
    {"an id of nothing", "", "Ada", "Day", ""},
    {"a zero in an id", std::string{"a\0B", 3}, "Ada", "Day", std::string{"a\0b", 3}},
};

} // namespace

BOOST_AUTO_TEST_SUITE(agent_identities)

BOOST_AUTO_TEST_CASE(an_identity_tells_what_it_was_made_of_and_its_key) {
  for (const auto& row : identities) BOOST_TEST_CONTEXT(row.sentence) {
      auto who = agent_identity::of(row.id, row.name, row.team);
      BOOST_TEST(who->id() == row.id);
      BOOST_TEST(who->key() == row.key);
      BOOST_TEST(who->name() == row.name);
      BOOST_TEST(who->team() == row.team);
    }
}

BOOST_AUTO_TEST_CASE(whoever_holds_an_identity_last_ends_it) {
  auto who = agent_identity::of("a-1");
  {
    auto also = who;
    BOOST_TEST(who->use_count() == 2u);
  }
  BOOST_TEST(who->use_count() == 1u);
}

BOOST_AUTO_TEST_CASE(a_table_by_key_knows_an_agent_however_its_id_is_written) {
  boost::unordered_flat_map<agent_identity_ptr, int, agent_key_hash, agent_key_equal> by_key;
  by_key.emplace(agent_identity::of("A-1", "Ada"), 1);
  BOOST_TEST(by_key.contains("a-1"));
  BOOST_TEST(!by_key.contains("A-1"));
  BOOST_TEST(by_key.contains(agent_identity::of("a-1", "Bob")));
  BOOST_TEST(!by_key.emplace(agent_identity::of("a-1"), 2).second);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(times_or_none)

BOOST_AUTO_TEST_CASE(a_time_or_none_is_an_optional_time_in_less_room) {
  time_or_none time;
  BOOST_TEST(!time);
  BOOST_TEST(!std::optional<utc_time>{time}.has_value());
  auto instant = utc_time{std::chrono::seconds{-1}};
  time = instant;
  BOOST_TEST(bool{time});
  BOOST_TEST((*time == instant && time == time_or_none{std::optional{instant}}));
  BOOST_TEST((std::optional<utc_time>{time} == instant));
  time.reset();
  BOOST_TEST((time == time_or_none{std::nullopt}));
  static_assert(sizeof(time_or_none) == sizeof(utc_time));
}

BOOST_AUTO_TEST_SUITE_END()
