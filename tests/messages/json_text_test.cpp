#include "messages/json_text.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include <limits>

namespace {

using namespace floorwalker;

std::string quoted(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

std::string number(double value, int digits) {
  std::string out;
  append_number(out, value, digits);
  return out;
}

} // namespace

BOOST_AUTO_TEST_SUITE(json_texts)

BOOST_AUTO_TEST_CASE(strings_are_quoted_and_escaped) {
  struct row {
    const char* sentence;
    std::string_view text;
    std::string_view json;
  };
  const row rows[] = {
      {"nothing", "", R"("")"},
      {"plain text", "busy", R"("busy")"},
      {"a quotation mark", "a\"b", R"("a\"b")"},
      {"a quotation mark at both ends", "\"\"", R"("\"\"")"},
      {"a backslash", "a\\b", R"("a\\b")"},
      {"a slash is not escaped", "a/b", R"("a/b")"},
      {"the escapes with letters", "\b\f\n\r\t", R"("\b\f\n\r\t")"},
      {"other control characters", std::string_view("\0\x01\x1f", 3), R"("\u0000\u0001\u001f")"},
      {"DEL is no control character of JSON", "\x7f", "\"\x7f\""},
      {"UTF-8 stays",
       "Gr\xc3\xbc\xc3\x9f"
       "e \xf0\x9f\x98\x80",
       "\"Gr\xc3\xbc\xc3\x9f"
       "e \xf0\x9f\x98\x80\""},
  };
  for (const auto& each : rows) BOOST_TEST_CONTEXT(each.sentence) BOOST_TEST(quoted(each.text) == each.json);
}

BOOST_AUTO_TEST_CASE(every_ascii_character_comes_back_from_a_parser) {
  std::string all;
  for (int c = 0; c < 128; ++c) all += static_cast<char>(c);
  auto parsed = boost::json::parse(quoted(all));
  BOOST_TEST(std::string_view(parsed.as_string().data(), parsed.as_string().size()) == all);
}

BOOST_AUTO_TEST_CASE(text_is_appended_to_what_is_there) {
  std::string out = "[";
  append_json_string(out, "a");
  out += ',';
  append_json_string_or_null(out, std::nullopt);
  out += ',';
  append_json_string_or_null(out, "");
  out += ',';
  append_decimal(out, std::int64_t{-7});
  BOOST_TEST(out == R"(["a",null,"",-7)");
}

BOOST_AUTO_TEST_CASE(integers_are_written_to_their_limits) {
  std::string out;
  append_decimal(out, std::numeric_limits<std::int64_t>::min());
  out += ' ';
  append_decimal(out, std::numeric_limits<std::uint64_t>::max());
  out += ' ';
  append_decimal(out, std::uint64_t{0});
  BOOST_TEST(out == "-9223372036854775808 18446744073709551615 0");
}

BOOST_AUTO_TEST_CASE(numbers_are_rounded_and_shortened) {
  struct row {
    double value;
    int digits;
    std::string_view text;
  };
  for (auto [value, digits, text] : {row{100, 4, "100"},
                                     {0, 4, "0"},
                                     {99.5, 4, "99.5"},
                                     {200.0 / 3, 4, "66.6667"},
                                     {99.99999, 4, "100"},
                                     {0.00001, 4, "0"},
                                     {-0.00001, 4, "0"},
                                     {-0.0, 0, "0"},
                                     {-1.5, 1, "-1.5"},
                                     {10, 0, "10"},
                                     {2500, 6, "2500"},
                                     {1e15, 2, "1000000000000000"},
                                     {0.1, 17, "0.10000000000000001"}})
    BOOST_TEST(number(value, digits) == text);
}

BOOST_AUTO_TEST_CASE(the_largest_number_fits_and_what_is_no_number_is_null) {
  auto largest = number(std::numeric_limits<double>::lowest(), 99);
  BOOST_TEST(largest.size() == 310u);
  BOOST_TEST(largest.starts_with("-17976931348623157"));
  BOOST_TEST(number(std::numeric_limits<double>::infinity(), 2) == "null");
  BOOST_TEST(number(std::numeric_limits<double>::quiet_NaN(), 2) == "null");
  BOOST_TEST(number(1.5, -3) == "2");
}

BOOST_AUTO_TEST_SUITE_END()
