#include "runtime/client/watch_view.hpp"
#include "tests/runtime/client/watched_floor.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

namespace {

using namespace floorwalker;
using namespace floorwalker::testing;

using texts = std::vector<std::string>;

/// Presses one key after another; a word is typed letter by letter. Gives what the last one said.
bool press(watch_view& view, const std::string& keys, std::size_t rows = 3, std::size_t page = 10) {
  auto goes_on = true;
  for (const auto& key : keys_in(keys)) goes_on = view.take(key, rows, page);
  return goes_on;
}

texts names(const watch_view& view, const watch_model& model) {
  texts all;
  for (const auto* agent : view.rows(model.agents())) all.push_back(shown_name(*agent));
  return all;
}

struct row {
  const char* sentence;
  std::string keys;
  texts names;
};

BOOST_AUTO_TEST_CASE(keys_choose_order_and_filter) {
  const row rows[] = {{"the longest in state first", "", {"Ömer", "anna", "Zoe"}},
                      {"and the other way round", "t", {"Zoe", "anna", "Ömer"}},
                      {"by name, whatever the case", "n", {"anna", "Zoe", "Ömer"}},
                      {"by name, the other way round", "nn", {"Ömer", "Zoe", "anna"}},
                      {"back to where it was", "nnn", {"anna", "Zoe", "Ömer"}},
                      {"by state", "s", {"anna", "Ömer", "Zoe"}},
                      {"another order begins at its own beginning", "nns", {"anna", "Ömer", "Zoe"}},
                      {"by a part of the name", "/NN\r", {"anna"}},
                      {"while it is being typed", "/nn", {"anna"}},
                      {"by state", "/busy\r", {"Zoe"}},
                      {"by id", "/id-2\r", {"Ömer"}},
                      {"by team", "/claims\r", {"Ömer", "anna", "Zoe"}},
                      {"by nothing that is there", "/nobody\r", {}},
                      {"letters are letters while typing", "/q", {}},
                      {"one letter back", "/qx\x7f\x7f", {"Ömer", "anna", "Zoe"}},
                      {"one letter of two bytes back", "/Ö\x7f", {"Ömer", "anna", "Zoe"}},
                      {"Esc ends it while typing", "/busy\x1b", {"Ömer", "anna", "Zoe"}},
                      {"a key without a meaning", "x", {"Ömer", "anna", "Zoe"}}};
  for (const auto& [sentence, keys, expected] : rows) BOOST_TEST_CONTEXT(sentence) {
      watch_view view;
      // A lone escape byte is a key of its own only at the end of what one read gave.
      BOOST_TEST(press(view, keys));
      BOOST_TEST(names(view, watched_floor()) == expected, boost::test_tools::per_element());
    }
}

BOOST_AUTO_TEST_CASE(escape_ends_a_filter_that_was_kept) {
  watch_view view;
  press(view, "/busy\r");
  press(view, "\x1b");
  BOOST_TEST(view.filter().empty());
}

BOOST_AUTO_TEST_CASE(q_quits_unless_it_is_typed) {
  watch_view view;
  BOOST_TEST(!press(view, "q"));
  BOOST_TEST(press(view, "/q"));
  BOOST_TEST(view.filter() == "q");
  BOOST_TEST(!press(view, "\rq"));
}

BOOST_AUTO_TEST_CASE(rows_without_a_time_come_last_in_both_directions) {
  auto model = watched_floor();
  model.take({"", "agent", R"({"agent":)" + agent_json("id-0", "Nil", "busy", "") + "}"}, noon);
  watch_view view;
  BOOST_TEST(names(view, model).back() == "Nil");
  press(view, "t");
  BOOST_TEST(names(view, model).back() == "Nil");
}

BOOST_AUTO_TEST_CASE(scrolling_stays_within_the_rows) {
  struct scroll_row {
    const char* sentence;
    std::string keys;
    std::size_t first;
  };
  const scroll_row rows[] = {{"at the beginning", "", 0},
                             {"up from the beginning", "\x1b[A", 0},
                             {"down", "\x1b[B\x1b[B", 2},
                             {"down and up", "\x1b[B\x1b[B\x1b[A", 1},
                             {"a page", "\x1b[6~", 10},
                             {"more pages than there are", "\x1b[6~\x1b[6~\x1b[6~\x1b[6~", 15},
                             {"the end", "\x1b[F", 15},
                             {"up from the end", "\x1b[F\x1b[A", 14},
                             {"a page up from the end", "\x1b[F\x1b[5~", 5},
                             {"back to the beginning", "\x1b[F\x1b[H", 0},
                             {"another order begins at the top", "\x1b[Fn", 0}};
  for (const auto& [sentence, keys, first] : rows) BOOST_TEST_CONTEXT(sentence) {
      watch_view view;
      press(view, keys, 25, 10);
      BOOST_TEST(view.first_row(25, 10) == first);
      BOOST_TEST(view.first_row(3, 10) == 0u);
    }
}

BOOST_AUTO_TEST_CASE(a_filter_is_bounded) {
  watch_view view;
  press(view, "/" + std::string(500, 'x'));
  BOOST_TEST(view.filter().size() == 100u);
}

} // namespace
