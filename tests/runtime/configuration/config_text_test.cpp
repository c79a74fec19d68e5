#include "runtime/configuration/config_text.hpp"
#include "runtime/configuration/value_text.hpp"

#include <caf/actor_system_config.hpp>
#include <caf/deep_to_string.hpp>

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include <sstream>

namespace {

using namespace floorwalker;

struct text_row {
  const char* sentence;
  const char* text;
};

// Texts that CAF's own reader reads rightly; ours must make the same tree of them.
const text_row agreed[] = {
    {"an empty file", ""},
    {"comments alone", "# one\n  # two"},
    {"entries on lines", "a = 1\nb = \"x\"\n"},
    {"entries with commas, one at the end", "a { b = 1, c = 2, }"},
    {"a block with and without an equals sign", "a { b = 1 }\nc = { d = 2 }\n"},
    {"blocks of one name are joined", "a { b = 1 }\na { c = 2 }"},
    {"braces around everything", "{ a = 1 }"},
    {"a colon for an equals sign", "a: 1"},
    {"quoted keys", "\"x.y\" { \"a b\" = 1 }"},
    {"all durations", "a = [1ns, 2us, 3ms, 4s, 5min, 6h]"},
    {"numbers", "a = [1, -2, 1.5, -0.25, 1e3, 0]"},
    {"truth values", "a = true\nb = false"},
    {"escapes", "a = \"q\\\"n\\n t\\t b\\\\\"\nb = 'single \"quotes\"'"},
    {"lists over lines, with comments and a last comma", "a = [ # first\n \"x\",\n [\"y\", \"z\"], # more\n]"},
    {"a comment behind a value", "a = 1 # why\nb = 2"},
    {"empty blocks and lists", "a {}\nb = []"},
    {"blocks in lists", "a = [{ b = 1 }, { b = 2 }]"},
};

BOOST_AUTO_TEST_CASE(valid_text_gives_the_tree_that_caf_makes_of_it) {
  for (auto& [sentence, text] : agreed) BOOST_TEST_CONTEXT(sentence) {
      auto ours = parse_config_text(text);
      std::istringstream stream{text};
      auto theirs = caf::actor_system_config::parse_config(stream);
      BOOST_REQUIRE(theirs);
      BOOST_TEST(ours.problems.empty());
      BOOST_TEST(caf::deep_to_string(ours.values) == caf::deep_to_string(*theirs));
    }
}

// Texts that CAF takes without a word, and loses.
BOOST_AUTO_TEST_CASE(dotted_keys_are_blocks) {
  auto read = parse_config_text("a.b.c = 1\na.b.d = 2\ne = 3");
  BOOST_TEST(read.problems.empty());
  BOOST_TEST(settings_text(read.values) == "a {\n  b {\n    c = 1\n    d = 2\n  }\n}\ne = 3\n");
}

BOOST_AUTO_TEST_CASE(windows_line_ends_and_a_byte_order_mark_do_no_harm) {
  auto read = parse_config_text("\xEF\xBB\xBF"
                                "a = 1\r\nb {\r\n c = \"x\"\r\n}\r\n");
  BOOST_TEST(read.problems.empty());
  BOOST_TEST(settings_text(read.values) == "a = 1\nb {\n  c = \"x\"\n}\n");
}

struct broken_row {
  const char* sentence;
  const char* text;
  const char* problem; ///< line:column what
};

const broken_row broken[] = {
    {"a block that is not closed", "a {\n b { c = 1 }\n",
     "3:1 expected a } for the { of line 1, found the end of the file"},
    {"a list that is not closed", "a = [1,\n2", "2:2 expected a ] for the [ of line 1, found the end of the file"},
    {"a quote that is not closed", "a = 1\nb = \"x\n", "2:5 this quote is not closed on its line"},
    {"a brace too many", "a = 1\n}\n", "2:1 this } closes nothing"},
    {"text without quotes", "level = info\nb = 1",
     "1:9 level: expected a value: text stands in quotes; numbers, true and false without"},
    {"days", "a = 1d", "1:5 a: there is no unit for days, write hours (24h)"},
    {"a fraction with a unit", "a = 1.5s",
     "1:5 a: expected a number, or a whole number with a unit (ns, us, ms, s, min, h), found \"1.5s\""},
    {"a duration beyond 292 years", "a = 99999999999h",
     "1:5 a: expected a number, or a whole number with a unit (ns, us, ms, s, min, h), found \"99999999999h\""},
    {"a number beyond 64 bits", "a = 99999999999999999999",
     "1:5 a: expected a number, or a whole number with a unit (ns, us, ms, s, min, h), found \"99999999999999999999\""},
    {"a number that some read as octal", "a = 010",
     "1:5 a: expected a number, or a whole number with a unit (ns, us, ms, s, min, h), found \"010\""},
    {"a key without a value", "a = \nb = 1",
     "1:5 expected a value on the line of its key a, found the end of the line"},
    {"a key alone", "a\n{ b = 1 }", "1:2 expected = or { behind the key \"a\", found the end of the line"},
    {"no key", "= 1", "1:1 expected a key, found \"=\""},
    {"two entries on a line without a comma", "a { b {} c {} }",
     "1:10 expected a comma or the end of the line behind the value, found \"c\""},
    {"no comma in a list", "a = [\"x\" \"y\"]", "1:10 expected a comma or a ] for the [ of line 1, found \"\\\"\""},
    {"a key given twice", "a { b = 1\n b = 2 }", "2:2 a.b is given twice, first in line 1"},
    {"a key that is a value and a block", "a = 1\na { b = 2 }", "2:1 a is a block here, but a value in line 1"},
    {"an unknown escape", "a = \"\\x\"", "1:7 expected one of n r t \\ or a quote behind the \\, found \"x\""},
    {"text that is not UTF-8", "a = \"\xff\"", "1:5 this text is not UTF-8"},
    {"columns count characters", "a = \"äöü\" b",
     "1:11 expected a comma or the end of the line behind the value, found \"b\""},
};

BOOST_AUTO_TEST_CASE(broken_text_is_reported_with_line_and_column) {
  for (auto& [sentence, text, problem] : broken) BOOST_TEST_CONTEXT(sentence) {
      auto read = parse_config_text(text);
      BOOST_REQUIRE(!read.problems.empty());
      auto& first = read.problems.front();
      BOOST_TEST(fmt::format("{}:{} {}", first.position.line, first.position.column, first.what) == problem);
    }
}

BOOST_AUTO_TEST_CASE(an_unreadable_value_does_not_hide_the_next_one) {
  auto read = parse_config_text("a = info\nb = 5x\nc = 3");
  BOOST_TEST(read.complete);
  BOOST_TEST(read.problems.size() == 2u);
  BOOST_TEST(caf::get_if(&read.values, "c") != nullptr);
}

BOOST_AUTO_TEST_CASE(a_hostile_depth_is_refused_instead_of_exhausting_the_stack) {
  std::string blocks;
  for (int i = 0; i < 100'000; ++i) blocks += "a { ";
  BOOST_TEST(!parse_config_text(blocks).complete);
  BOOST_TEST(!parse_config_text("a = " + std::string(100'000, '[')).complete);
  std::string dots = "a";
  for (int i = 0; i < 100'000; ++i) dots += ".a";
  BOOST_TEST(!parse_config_text(dots + " = 1").complete);
}

BOOST_AUTO_TEST_CASE(any_cut_of_a_text_is_read_without_harm) {
  std::string text = "floorwalker { \"a b\" { c = [\"x\", { d = 5min }], e = 'f' } # g\n h.i = -1.5e3, }\n";
  for (std::size_t size = 0; size < text.size(); ++size) {
    auto read = parse_config_text(std::string_view{text}.substr(0, size));
    bool harmless = read.complete || !read.problems.empty();
    BOOST_TEST(harmless);
  }
}

BOOST_AUTO_TEST_CASE(places_are_known_by_full_path) {
  auto read = parse_config_text("a {\n  \"b.c\" = [1,\n    2]\n}");
  BOOST_TEST(read.positions.at("a").line == 1u);
  BOOST_TEST(read.positions.at("a.\"b.c\"").line == 2u);
  BOOST_TEST(read.positions.at("a.\"b.c\"[1]").line == 3u);
}

BOOST_AUTO_TEST_CASE(a_written_tree_reads_back_the_same) {
  for (auto& [sentence, text] : agreed) BOOST_TEST_CONTEXT(sentence) {
      auto once = parse_config_text(text).values;
      auto written = settings_text(once);
      auto again = parse_config_text(written);
      BOOST_TEST(again.problems.empty());
      BOOST_TEST(settings_text(again.values) == written);
      BOOST_TEST(caf::deep_to_string(again.values) == caf::deep_to_string(once));
    }
}

} // namespace
