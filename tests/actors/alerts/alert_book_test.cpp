#include "actors/alerts/alert_book.hpp"

#include "tests/actors/record_samples.hpp"

#include <boost/test/unit_test.hpp>

#include <fmt/format.h>

#include <string>
#include <vector>

namespace floorwalker {
namespace {

using namespace std::chrono_literals;
using testing::opening;

enum class word : std::uint8_t { holds, ends, passes };

struct said {
  std::chrono::seconds at;
  word what;
};

struct life {
  const char* sentence;
  std::chrono::seconds wait_for;
  std::chrono::seconds keep_firing_for;
  std::vector<said> words;
  std::vector<std::string> told; ///< "<state>@<second since the opening>"
};

alert_condition late(std::chrono::seconds wait_for = {}, std::chrono::seconds keep_firing_for = {}) {
  return {"latency", {{"slot", "3"}}, 4.0, "it is late", "wait", wait_for, keep_firing_for};
}

std::string short_text(const alert_change& change) {
  const auto& alert = change.alert;
  auto at = alert.state == alert_state::pending  ? alert.since
            : alert.state == alert_state::firing ? *alert.firing_since
                                                 : *alert.resolved_at;
  return fmt::format("{}@{}", to_text(alert.state), std::chrono::floor<std::chrono::seconds>(at - opening).count());
}

const life lives[] = {
    {"without a wait it fires at once and resolves at once",
     0s,
     0s,
     {{0s, word::holds}, {7s, word::ends}},
     {"firing@0", "resolved@7"}},
    {"it is pending until it has held for its wait, and fires at that instant whoever looks when",
     10s,
     0s,
     {{0s, word::holds}, {9s, word::passes}, {14s, word::passes}, {20s, word::ends}},
     {"pending@0", "firing@10", "resolved@20"}},
    {"what ends while it is pending never fires",
     10s,
     0s,
     {{0s, word::holds}, {9s, word::ends}, {60s, word::passes}},
     {"pending@0", "resolved@9"}},
    {"an end that is told after the wait is over comes after the firing",
     10s,
     0s,
     {{0s, word::holds}, {12s, word::ends}},
     {"pending@0", "firing@10", "resolved@12"}},
    {"it fires on until it has not held for a while",
     0s,
     30s,
     {{0s, word::holds}, {5s, word::ends}, {34s, word::passes}, {36s, word::passes}},
     {"firing@0", "resolved@35"}},
    {"what holds again within that while is the same alert",
     0s,
     30s,
     {{0s, word::holds},
      {5s, word::ends},
      {34s, word::holds},
      {80s, word::passes},
      {90s, word::ends},
      {200s, word::passes}},
     {"firing@0", "resolved@120"}},
    {"an end that is said twice counts from the first",
     0s,
     30s,
     {{0s, word::holds}, {5s, word::ends}, {20s, word::ends}, {40s, word::passes}},
     {"firing@0", "resolved@35"}},
    {"what is said again is told once",
     0s,
     0s,
     {{0s, word::holds}, {1s, word::holds}, {2s, word::holds}},
     {"firing@0"}},
    {"what holds again after its end is told anew",
     0s,
     0s,
     {{0s, word::holds}, {1s, word::ends}, {2s, word::holds}},
     {"firing@0", "resolved@1", "firing@2"}},
    {"an end of what does not hold is nothing", 0s, 0s, {{0s, word::ends}, {5s, word::passes}}, {}},
    {"a clock that is set back does not keep a pending alert waiting",
     10s,
     0s,
     {{0s, word::holds}, {0s, word::passes}, {-3600s, word::passes}, {-3591s, word::passes}, {-3590s, word::passes}},
     {"pending@0", "firing@-3590"}},
};

struct new_times {
  const char* sentence;
  life before;
  std::chrono::seconds at; ///< so long after the opening, and after the words
  std::chrono::seconds wait_for;
  std::chrono::seconds keep_firing_for;
  std::vector<said> after; ///< that
};

const new_times changes_of_times[] = {
    {"a shorter wait that is over by then makes it fire when it is set",
     {"", 600s, 0s, {{0s, word::holds}}, {"pending@0", "firing@20"}},
     20s,
     10s,
     0s,
     {{21s, word::passes}}},
    {"a shorter wait counts from the beginning",
     {"", 600s, 0s, {{0s, word::holds}}, {"pending@0", "firing@30"}},
     20s,
     30s,
     0s,
     {{29s, word::passes}, {40s, word::passes}}},
    {"a longer wait keeps it pending",
     {"", 10s, 0s, {{0s, word::holds}}, {"pending@0", "firing@30"}},
     9s,
     30s,
     0s,
     {{11s, word::passes}, {29s, word::passes}, {31s, word::passes}}},
    {"what fires goes on, however long the wait is now",
     {"", 0s, 0s, {{0s, word::holds}}, {"firing@0"}},
     5s,
     600s,
     0s,
     {{6s, word::passes}, {700s, word::passes}}},
    {"what fires goes on for as long as is set by the time when it ends",
     {"", 0s, 3600s, {{0s, word::holds}}, {"firing@0", "resolved@16"}},
     5s,
     0s,
     10s,
     {{6s, word::ends}, {15s, word::passes}, {17s, word::passes}}},
    {"what has ended is resolved when less is set than has passed",
     {"", 0s, 3600s, {{0s, word::holds}, {10s, word::ends}}, {"firing@0", "resolved@100"}},
     100s,
     0s,
     30s,
     {{101s, word::passes}}},
    {"what has ended goes on for longer when more is set",
     {"", 0s, 30s, {{0s, word::holds}, {10s, word::ends}}, {"firing@0", "resolved@70"}},
     39s,
     0s,
     60s,
     {{41s, word::passes}, {71s, word::passes}}},
    {"what was due before was due by the times before",
     {"", 10s, 0s, {{0s, word::holds}}, {"pending@0", "firing@10"}},
     15s,
     600s,
     0s,
     {{16s, word::passes}}},
};

void say(alert_book& book, const said& what, std::chrono::seconds wait_for, std::chrono::seconds keep_firing_for) {
  auto at = opening + what.at;
  if (what.what == word::holds) book.holds(late(wait_for, keep_firing_for), at);
  if (what.what == word::ends) book.ends("latency", {{"slot", "3"}}, at);
  if (what.what == word::passes) book.advance(at);
}

std::vector<std::string> told_by(alert_book& book) {
  std::vector<std::string> told;
  for (const auto& change : book.take_changes()) told.push_back(short_text(change));
  return told;
}

} // namespace

BOOST_AUTO_TEST_SUITE(book)

BOOST_AUTO_TEST_CASE(an_alert_is_pending_then_firing_then_resolved) {
  for (const auto& one : lives) BOOST_TEST_CONTEXT(one.sentence) {
      alert_book book;
      for (const auto& each : one.words) say(book, each, one.wait_for, one.keep_firing_for);
      BOOST_TEST(told_by(book) == one.told, boost::test_tools::per_element());
    }
}

BOOST_AUTO_TEST_CASE(new_times_reach_an_alert_that_stands) {
  for (const auto& one : changes_of_times) BOOST_TEST_CONTEXT(one.sentence) {
      alert_book book;
      for (const auto& each : one.before.words) say(book, each, one.before.wait_for, one.before.keep_firing_for);
      book.set_times("accuracy", 1s, 1s, opening + one.at); // another kind
      book.set_times("latency", one.wait_for, one.keep_firing_for, opening + one.at);
      for (const auto& each : one.after) say(book, each, one.wait_for, one.keep_firing_for);
      BOOST_TEST(told_by(book) == one.before.told, boost::test_tools::per_element());
    }
}

BOOST_AUTO_TEST_CASE(the_newest_word_on_what_holds_counts_for_its_times_too) {
  alert_book book;
  book.holds(late(600s, 3600s), opening);
  auto worse = late(10s, 30s);
  worse.value = 5.0;
  book.holds(worse, opening + 20s);
  book.ends("latency", {{"slot", "3"}}, opening + 40s);
  book.advance(opening + 71s);
  auto changes = book.take_changes();
  BOOST_REQUIRE(changes.size() == 3u);
  BOOST_TEST(short_text(changes[1]) == "firing@20");
  BOOST_TEST(changes[1].alert.value.value() == 5.0);
  BOOST_TEST(short_text(changes[2]) == "resolved@70");
}

BOOST_AUTO_TEST_CASE(an_alert_carries_what_is_wrong_and_keeps_its_id_for_life) {
  alert_book book;
  book.holds(late(10s), opening);
  book.advance(opening + 10s);
  book.ends("latency", {{"slot", "3"}}, opening + 11s);
  auto changes = book.take_changes();
  BOOST_REQUIRE(changes.size() == 3u);
  const auto& last = changes[2].alert;
  BOOST_TEST(last.kind == "latency");
  BOOST_TEST(last.labels.at("slot") == "3");
  BOOST_TEST(last.value.value() == 4.0);
  BOOST_TEST(last.sentence == "it is late");
  BOOST_TEST(last.advice == "wait");
  BOOST_TEST((last.since == opening && last.firing_since == opening + 10s && last.resolved_at == opening + 11s));
  BOOST_TEST(changes[0].alert.id == last.id);
  BOOST_TEST((!changes[0].began_firing && changes[1].began_firing && !changes[2].began_firing));
}

BOOST_AUTO_TEST_CASE(what_was_over_and_holds_again_is_another_alert) {
  alert_book book;
  book.holds(late(), opening);
  book.ends("latency", {{"slot", "3"}}, opening);
  book.holds(late(), opening);
  auto changes = book.take_changes();
  BOOST_REQUIRE(changes.size() == 3u);
  BOOST_TEST(changes[0].alert.id != changes[2].alert.id);
}

BOOST_AUTO_TEST_CASE(other_labels_are_another_alert) {
  alert_book book;
  book.holds(late(), opening);
  auto other = late();
  other.labels["slot"] = "4";
  book.holds(other, opening);
  BOOST_TEST(book.standing().size() == 2u);
  book.ends("latency", {{"slot", "4"}}, opening);
  BOOST_TEST(book.standing().size() == 1u);
  book.end_all("latency", opening);
  BOOST_TEST(book.standing().empty());
}

BOOST_AUTO_TEST_CASE(a_figure_that_changes_is_told_again_but_not_at_once) {
  alert_book book;
  book.holds(late(), opening);
  book.take_changes();
  auto worse = late();
  worse.value = 5.0;
  book.holds(worse, opening + 1s);
  book.retell(opening + 9s);
  BOOST_TEST(book.take_changes().empty());
  book.retell(opening + 10s);
  auto changes = book.take_changes();
  BOOST_REQUIRE(changes.size() == 1u);
  BOOST_TEST(changes[0].alert.value.value() == 5.0);
  BOOST_TEST(!changes[0].began_firing);
  book.retell(opening + 60s);
  BOOST_TEST(book.take_changes().empty());
}

BOOST_AUTO_TEST_CASE(a_kind_that_is_full_refuses_and_leaves_the_others_their_room) {
  alert_book book;
  for (std::size_t i = 0; i < alert_book::kind_max; ++i) {
    auto one = late();
    one.labels["slot"] = std::to_string(i);
    BOOST_REQUIRE(book.holds(one, opening));
  }
  auto further = late();
  further.labels["slot"] = "further";
  BOOST_TEST(!book.holds(further, opening));
  BOOST_TEST(book.holds(late(), opening)); // slot 3 stands already
  further.kind = "accuracy";
  BOOST_TEST(book.holds(further, opening));
  book.ends("latency", {{"slot", "0"}}, opening);
  further.kind = "latency";
  BOOST_TEST(book.holds(further, opening));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace floorwalker
