#include "messages/wire/printable_sample.hpp"

#include <boost/test/unit_test.hpp>

namespace {

using floorwalker::wire::printable_sample;

struct row {
  const char* sentence;
  std::string text;
  std::string sample;
};

} // namespace

BOOST_AUTO_TEST_SUITE(printable_samples)

BOOST_AUTO_TEST_CASE(text_of_a_peer_becomes_one_harmless_line) {
  const row rows[] = {
      {"nothing stays nothing", "", ""},
      {"plain text stays as it is", R"({"a":"b\n"})", R"({"a":"b\n"})"},
      {"letters of all languages stay",
       "Gr\xc3\xbc\xc3\x9f"
       "e \xe2\x82\xac \xf0\x9f\x98\x80",
       "Gr\xc3\xbc\xc3\x9f"
       "e \xe2\x82\xac \xf0\x9f\x98\x80"},
      {"line breaks are escaped", "a\r\nb\tc", "a\\x0d\\x0ab\\x09c"},
      {"a zero byte is escaped", std::string("a\0b", 3), "a\\x00b"},
      {"terminal sequences are escaped", "\x1b[2J", "\\x1b[2J"},
      {"DEL is escaped", "\x7f", "\\x7f"},
      {"C1 control characters are escaped",
       "\xc2\x9b"
       "31m",
       "\\xc2\\x9b31m"},
      {"a no-break space is none of them", "\xc2\xa0", "\xc2\xa0"},
      {"line separators are escaped", "\xe2\x80\xa8", "\\xe2\\x80\\xa8"},
      {"marks that turn the direction are escaped", "\xe2\x80\xae\xe2\x81\xa6", "\\xe2\\x80\\xae\\xe2\\x81\\xa6"},
      {"a lone continuation byte is escaped", "a\x80z", "a\\x80z"},
      {"a sequence that breaks off is escaped", "a\xe2\x82", "a\\xe2\\x82"},
      {"a sequence that is interrupted is escaped", "\xe2\x82z", "\\xe2\\x82z"},
      {"overlong sequences are escaped", "\xc0\xaf\xe0\x80\xaf\xf0\x80\x80\xaf",
       "\\xc0\\xaf\\xe0\\x80\\xaf\\xf0\\x80\\x80\\xaf"},
      {"surrogates are escaped", "\xed\xa0\x80", "\\xed\\xa0\\x80"},
      {"what lies beyond Unicode is escaped", "\xf4\x90\x80\x80\xff", "\\xf4\\x90\\x80\\x80\\xff"},
      {"200 bytes stay", std::string(200, 'a'), std::string(200, 'a')},
      {"the 201st is cut off", std::string(201, 'a'), std::string(200, 'a')},
      {"a character is not cut in two", std::string(199, 'a') + "\xc3\xbc", std::string(199, 'a')},
      {"a character that just fits stays", std::string(198, 'a') + "\xc3\xbc!", std::string(198, 'a') + "\xc3\xbc"},
  };
  for (const auto& each : rows)
    BOOST_TEST_CONTEXT(each.sentence) BOOST_TEST(printable_sample(each.text) == each.sample);
}

BOOST_AUTO_TEST_CASE(escapes_are_bounded_too) {
  BOOST_TEST(printable_sample(std::string(1'000'000, '\0')).size() == 800u);
}

BOOST_AUTO_TEST_SUITE_END()
