#include "runtime/client/watch_screen.hpp"
#include "tests/runtime/client/watched_floor.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <string>

namespace {

using namespace floorwalker;
using namespace floorwalker::testing;

const watch_link live{true, std::chrono::seconds{1}, {}, {}};
/// This machine's clock is ten seconds behind the node's.
const auto here = noon - std::chrono::seconds{10};

std::string text_of(const std::vector<std::string>& picture) {
  std::string text;
  for (const auto& line : picture) text += line + '\n';
  return text;
}

std::size_t columns_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

std::string drawn(const watch_model& model, const watch_link& link = live, const watch_style& style = {90, 12, false},
                  const watch_view& view = {}) {
  return text_of(draw_watch(model, view, link, here, style));
}

BOOST_AUTO_TEST_CASE(the_picture_says_how_the_floor_is) {
  BOOST_TEST(drawn(watched_floor()) ==
             R"(Floorwalker   acme   running   live
processed 2,400   accuracy 99.50 %   unauthorized 12   listeners 4/5
3 agents   available 1   break 1   busy 1
1 alert: Accuracy is 90 %.
agent                      state          for ▼          reason           team
Ömer                       break          1 h                             Claims
anna                       available      2 min                           Claims
Zoe                        busy           1 min                           Claims



q quit   / filter   t time   n name   s state   arrows scroll
)");
}

BOOST_AUTO_TEST_CASE(data_that_is_old_is_said_to_be_old) {
  struct row {
    const char* sentence;
    watch_link link;
    const char* words;
  };
  const row rows[] = {{"fresh", live, "   live\n"},
                      {"silent", {true, std::chrono::seconds{7}, {}, {}}, "the data is 7 s old\n"},
                      {"lost",
                       {false, std::chrono::seconds{12}, "connection refused", std::chrono::milliseconds{3100}},
                       "NOT LIVE, the data is 12 s old: connection refused; next attempt in 4 s\n"},
                      {"connecting again",
                       {false, std::chrono::seconds{12}, "connection refused", {}},
                       "the data is 12 s old: connection refused; connecting\n"}};
  for (const auto& [sentence, link, words] : rows) BOOST_TEST_CONTEXT(sentence) {
      auto text = drawn(watched_floor(), link, {120, 12, false});
      BOOST_TEST(text.find(words) != std::string::npos, text);
    }
}

BOOST_AUTO_TEST_CASE(rows_that_are_not_certain_are_marked_without_colours_too) {
  auto model = watched_floor();
  model.take({"", "agent",
              R"({"agent":)" + agent_json("id-1", "Zoe", "busy", "11:59:00", R"("verified":true,"stale":true)") + "}"},
             here);
  BOOST_TEST(drawn(model).find("stale            Claims") != std::string::npos, drawn(model));
  BOOST_TEST(drawn(model).find("(1 stale)") != std::string::npos);
  BOOST_TEST(drawn(model, live, {60, 12, false}).find("~busy") != std::string::npos);
  auto doubtful = agent_json("id-1", "Zoe", "busy", "11:59:00", R"("verified":false,"stale":false)");
  constexpr std::string_view said = R"("observedState":"busy")";
  doubtful.replace(doubtful.find(said), said.size(), R"("observedState":"lunch")");
  model.take({"", "agent", R"({"agent":)" + doubtful + "}"}, here);
  BOOST_TEST(drawn(model).find("platform: lunch  Claims") != std::string::npos, drawn(model));
  BOOST_TEST(drawn(model, live, {60, 12, false}).find("!busy") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_empty_table_says_why) {
  watch_model nothing;
  BOOST_TEST(drawn(nothing).find("waiting for the first data") != std::string::npos);
  watch_model empty;
  empty.take({"", "snapshot", R"({"tenant":"acme","agents":[]})"}, here);
  BOOST_TEST(drawn(empty).find("no agent is followed") != std::string::npos);
  watch_view view;
  for (const auto& key : keys_in("/nobody\r")) view.take(key, 3, 10);
  auto text = drawn(watched_floor(), live, {120, 12, false}, view);
  BOOST_TEST(text.find("no agent passes the filter") != std::string::npos);
  BOOST_TEST(text.find("filter: nobody (0 agents)") != std::string::npos, text);
}

BOOST_AUTO_TEST_CASE(no_line_is_wider_than_the_terminal_and_there_are_as_many_as_it_has) {
  auto model = watched_floor();
  model.take({"", "agent",
              R"({"agent":)" + agent_json("id-7", std::string(300, 'w'), std::string(100, 's'), "11:00:00") + "}"},
             here);
  watch_link lost{false, std::chrono::seconds{12}, std::string(500, 'e'), {}};
  for (std::size_t width : {1, 2, 5, 10, 39, 40, 69, 70, 89, 90, 200})
    for (std::size_t height : {1, 2, 5, 6, 7, 24}) BOOST_TEST_CONTEXT(width << " by " << height) {
        auto picture = draw_watch(model, {}, lost, here, {width, height, false});
        BOOST_TEST(picture.size() == height);
        for (const auto& line : picture) BOOST_TEST(columns_of(line) <= width, line);
      }
}

BOOST_AUTO_TEST_CASE(texts_from_outside_cannot_steer_the_terminal) {
  auto model = watched_floor();
  model.take(
      {"", "agent", R"({"agent":)" + agent_json("id-7", R"(\u001b[2Jx\r\n)", R"(a\u0007\u009b)", "10:00:00") + "}"},
      here);
  model.take({"", "alert", R"({"alert":{"id":"b","state":"firing","sentence":"\u001b]0;owned\u0007"}})"}, here);
  BOOST_TEST(drawn(model).find('\x1b') == std::string::npos);
  BOOST_TEST(drawn(model).find('\r') == std::string::npos);
  BOOST_TEST(drawn(model).find('\x07') == std::string::npos);
  BOOST_TEST(drawn(model).find("\xc2\x9b") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(colours_are_there_only_where_they_are_wanted) {
  BOOST_TEST(drawn(watched_floor()).find('\x1b') == std::string::npos);
  BOOST_TEST(drawn(watched_floor(), live, {90, 12, true}).find("\x1b[31m1 alert") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(only_lines_that_differ_are_written_again) {
  using texts = std::vector<std::string>;
  struct row {
    const char* sentence;
    texts before;
    texts after;
    const char* written;
  };
  const row rows[] = {{"nothing changed", {"a", "b"}, {"a", "b"}, ""},
                      {"one line", {"a", "b"}, {"a", "c"}, "\x1b[2;1Hc\x1b[K"},
                      {"a line that is empty now", {"a", "b"}, {"", "b"}, "\x1b[1;1H\x1b[K"},
                      {"another size", {}, {"a", "", "c"}, "\x1b[2J\x1b[1;1Ha\x1b[K\x1b[3;1Hc\x1b[K"}};
  for (const auto& [sentence, before, after, written] : rows)
    BOOST_TEST_CONTEXT(sentence) BOOST_TEST(picture_changes(before, after) == written);
}

} // namespace
