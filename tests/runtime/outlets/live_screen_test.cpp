#include "runtime/outlets/live_screen.hpp"

#include "tests/actors/record_samples.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

namespace floorwalker {
namespace {

using testing::opening;

screen_style plain(std::size_t width = 100, std::size_t height = 16) {
  return {width, height, false, [](utc_time) { return std::string{"10:00:00.456"}; }};
}

shown_transition moved(const std::string& agent, bool authorized = true) {
  return {opening, "acme", agent, "available", "busy", "inbound_call", 333, authorized, false, false};
}

screen_figures busy_day() {
  screen_figures figures;
  figures.tenants = {"acme"};
  figures.processed = 12'345;
  figures.valid = 12'222;
  figures.gaps = 3;
  figures.out_of_order = 1;
  figures.median_latency_ms = 333;
  figures.per_second = 820.44;
  figures.agents = {{"available", 1234}, {"busy", 617}, {"break", 1}};
  figures.recent = {moved("550e8400-e29b-41d4-a716-446655440000"), moved("a-2", false)};
  return figures;
}

/// Columns of a line, without colours.
std::size_t columns(const std::string& line) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '\x1b')
      i = line.find('m', i);
    else if ((static_cast<unsigned char>(line[i]) & 0xc0) != 0x80)
      ++count;
  }
  return count;
}

} // namespace

BOOST_AUTO_TEST_SUITE(screen)

BOOST_AUTO_TEST_CASE(the_picture_tells_everything_in_its_place) {
  auto bar = [](int length) {
    std::string text;
    for (int i = 0; i < length; ++i) text += "█";
    return text;
  };
  std::vector<std::string> expected = {
      "Floorwalker  acme",
      "processed 12,345   accuracy 99.00 %   unauthorized 123   gaps 3   out of order 1",
      "median latency 333 ms   820.4/s",
      "",
      "available            1,234 " + bar(50),
      "busy                   617 " + bar(25),
      "break                    1 " + bar(1),
      "",
      "time          agent          previous → current    reason             latency",
      "10:00:00.456  550e8400       available → busy      inbound_call        333 ms  ",
      "10:00:00.456  a-2            available → busy      inbound_call        333 ms  unauthorized",
      "",
  };
  BOOST_TEST(draw(busy_day(), plain(100, 12)) == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_picture_has_the_height_that_is_asked_for_and_never_more_than_the_width) {
  auto figures = busy_day();
  figures.tenants = {"acme", "globex", std::string(300, 'x')};
  for (int i = 0; i < 40; ++i) figures.agents.emplace_back("state " + std::to_string(i), 1);
  for (int i = 0; i < 10; ++i) figures.recent.push_back(moved("agent"));
  for (std::size_t width : {1, 10, 40, 80, 250})
    for (std::size_t height : {1, 5, 20, 60})
      for (bool color : {false, true}) BOOST_TEST_CONTEXT(width << " by " << height << (color ? ", coloured" : "")) {
          auto style = plain(width, height);
          style.color = color;
          auto lines = draw(figures, style);
          BOOST_TEST(lines.size() == height);
          for (auto& line : lines) BOOST_TEST(columns(line) <= width);
        }
}

BOOST_AUTO_TEST_CASE(only_what_is_unauthorized_is_red) {
  auto style = plain();
  style.color = true;
  auto lines = draw(busy_day(), style);
  auto red = std::ranges::count_if(lines, [](auto& line) { return line.starts_with("\x1b[31m"); });
  BOOST_TEST(red == 1);
}

BOOST_AUTO_TEST_CASE(without_colour_no_escape_is_written) {
  for (auto& line : draw(busy_day(), plain())) BOOST_TEST(line.find('\x1b') == std::string::npos);
}

BOOST_AUTO_TEST_CASE(names_from_outside_cannot_steer_the_terminal) {
  auto figures = busy_day();
  figures.tenants = {"a\x1b[2Jb"};
  figures.agents = {{"busy\n\r\x1b]0;title\x07", 1}};
  figures.recent[0].previous = "\x1b[31m";
  figures.recent[0].reason = "\xc2\x9b"
                             "2J";
  for (auto& line : draw(figures, plain()))
    for (unsigned char byte : line) BOOST_TEST((byte >= 0x20 && byte != 0x7f));
  BOOST_TEST(draw(figures, plain())[0] == "Floorwalker  a?[2Jb");
}

BOOST_AUTO_TEST_CASE(an_idle_screen_says_so) {
  auto lines = draw({}, plain(80, 5));
  BOOST_TEST(lines[1] == "processed 0   unauthorized 0   gaps 0   out of order 0   0.0/s");
  BOOST_TEST(lines[3] == "no transition yet");
}

struct column_case {
  const char* sentence;
  std::string text;
  std::size_t width;
  std::string shown;
};

BOOST_AUTO_TEST_CASE(a_text_takes_exactly_its_columns) {
  const column_case cases[] = {
      {"a short text is filled up", "busy", 6, "busy  "},
      {"a text that fits stays", "busy", 4, "busy"},
      {"a long one is cut", "available", 5, "avai…"},
      {"one column holds the sign of the cut", "available", 1, "…"},
      {"no column holds nothing", "available", 0, ""},
      {"letters count, not bytes", "Gespräch", 8, "Gespräch"},
      {"letters are not cut in two", "Gesprächig", 7, "Gesprä…"},
      {"a control character shows", "a\tb", 3, "a?b"},
      {"a byte that is no UTF-8 shows",
       "a\xff"
       "b",
       3, "a?b"},
      {"a letter that is cut off shows", "ab\xc3", 3, "ab?"},
      {"an overlong form shows byte by byte", "\xc0\x9b", 2, "??"},
      {"a wide letter takes two columns", "漢字", 5, "漢字 "},
      {"a wide letter is not cut in two", "漢字", 3, "漢…"},
      {"what a wide letter leaves is filled", "漢字漢", 4, "漢… "},
      {"a mark stands on the letter before it",
       "e\u0301"
       "a",
       2,
       "e\u0301"
       "a"},
      {"an emoji takes two columns", "\U0001F600", 3, "\U0001F600 "},
      {"a mark that turns the writing around shows",
       "a\u202e"
       "b",
       3, "a?b"},
  };
  for (auto& row : cases) BOOST_TEST_CONTEXT(row.sentence) BOOST_TEST(in_columns(row.text, row.width) == row.shown);
}

BOOST_AUTO_TEST_CASE(a_line_tells_one_transition) {
  auto shown = moved("a-1", false);
  shown.gap = true;
  auto style = plain();
  BOOST_TEST(line_of(shown, style.time_of_day) ==
             "10:00:00.456 acme a-1 available → busy (inbound_call) 333 ms unauthorized, gap\n");
  shown = moved("a-1");
  shown.reason = "";
  BOOST_TEST(line_of(shown, style.time_of_day) == "10:00:00.456 acme a-1 available → busy 333 ms\n");
}

BOOST_AUTO_TEST_CASE(numbers_are_grouped) {
  const std::pair<std::uint64_t, const char*> cases[] = {
      {0, "0"}, {999, "999"}, {1000, "1,000"}, {1'234'567, "1,234,567"}};
  for (auto& [value, shown] : cases) BOOST_TEST(grouped(value) == shown);
}

BOOST_AUTO_TEST_CASE(a_throttle_lets_so_many_lines_a_second_pass_and_tells_the_rest_once) {
  line_throttle throttle{2};
  BOOST_TEST(throttle.admits(1));
  BOOST_TEST(throttle.admits(1));
  BOOST_TEST(!throttle.admits(1));
  BOOST_TEST(!throttle.admits(1));
  BOOST_TEST(throttle.take_held_back(1) == 0u); // the second is not over
  BOOST_TEST(throttle.take_held_back(2) == 2u);
  BOOST_TEST(throttle.take_held_back(3) == 0u);
  BOOST_TEST(throttle.admits(2));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace floorwalker
