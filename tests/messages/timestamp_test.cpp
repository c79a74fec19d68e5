#include "messages/wire/timestamp.hpp"

#include <boost/test/unit_test.hpp>

#include <limits>

namespace {

using namespace floorwalker;
using namespace floorwalker::wire;

constexpr std::int64_t second = 1'000'000'000;

struct accepted_row {
  const char* sentence;
  const char* text;
  std::int64_t nanoseconds; ///< since 1970
  int fraction_digits;
};

constexpr accepted_row accepted[] = {
    {"the epoch itself", "1970-01-01T00:00:00Z", 0, 0},
    {"milliseconds in UTC", "2024-05-01T12:00:00.123Z", 1'714'564'800 * second + 123'000'000, 3},
    {"an offset to the east is subtracted", "2024-05-01T14:00:00.123+02:00", 1'714'564'800 * second + 123'000'000, 3},
    {"an offset to the west is added", "2024-05-01T06:30:00-05:30", 1'714'564'800 * second, 0},
    {"an offset may carry the date over midnight", "2024-01-01T00:30:00+01:00", 1'704'065'400 * second, 0},
    {"the largest offset", "1970-01-01T23:59:00+23:59", 0, 0},
    {"minus zero counts as zero", "1970-01-01T00:00:01-00:00", second, 0},
    {"letters may be small", "1970-01-01t00:00:00z", 0, 0},
    {"one fractional digit is tenths", "1970-01-01T00:00:00.5Z", second / 2, 1},
    {"two digits", "1970-01-01T00:00:00.05Z", 50'000'000, 2},
    {"six digits", "1970-01-01T00:00:00.000001Z", 1'000, 6},
    {"nine digits are nanoseconds", "1970-01-01T00:00:00.000000001Z", 1, 9},
    {"nine nines", "1970-01-01T00:00:00.999999999Z", second - 1, 9},
    {"a fraction before an offset", "1970-01-01T01:00:00.25+01:00", second / 4, 2},
    {"a leap second is the next second", "2016-12-31T23:59:60Z", 1'483'228'800 * second, 0},
    {"a leap second keeps its fraction", "2016-12-31T23:59:60.5Z", 1'483'228'800 * second + second / 2, 1},
    {"February has 29 days in a leap year", "2024-02-29T00:00:00Z", 1'709'164'800 * second, 0},
    {"2000 is a leap year", "2000-02-29T00:00:00Z", 951'782'400 * second, 0},
    {"a fraction before 1970 counts forward", "1969-12-31T23:59:59.75Z", -second / 4, 2},
    {"the last second of the range", "2262-04-11T23:47:15Z", 9'223'372'035 * second, 0},
    {"the first second of the range", "1677-09-21T00:12:45Z", -9'223'372'035 * second, 0},
    {"an offset may bring an instant into the range", "2262-04-12T00:47:15+01:00", 9'223'372'035 * second, 0},
};

struct refused_row {
  const char* sentence;
  const char* text;
};

constexpr refused_row refused[] = {
    {"nothing", ""},
    {"a date alone", "2024-05-01"},
    {"no zone", "2024-05-01T12:00:00"},
    {"no zone after a fraction", "2024-05-01T12:00:00.123"},
    {"no seconds", "2024-05-01T12:00Z"},
    {"a space for the T", "2024-05-01 12:00:00Z"},
    {"a leading space", " 2024-05-01T12:00:00Z"},
    {"a trailing space", "2024-05-01T12:00:00Z "},
    {"text after the zone", "2024-05-01T12:00:00ZZ"},
    {"a point without digits", "2024-05-01T12:00:00.Z"},
    {"a comma for the point", "2024-05-01T12:00:00,5Z"},
    {"ten fractional digits", "2024-05-01T12:00:00.1234567890Z"},
    {"three hundred fractional digits",
     "2024-05-01T12:00:00."
     "111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111"
     "111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111"
     "111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111Z"},
    {"month 0", "2024-00-01T12:00:00Z"},
    {"month 13", "2024-13-01T12:00:00Z"},
    {"day 0", "2024-05-00T12:00:00Z"},
    {"day 32", "2024-05-32T12:00:00Z"},
    {"31 April", "2024-04-31T12:00:00Z"},
    {"29 February of a common year", "2023-02-29T12:00:00Z"},
    {"29 February 1900", "1900-02-29T12:00:00Z"},
    {"hour 24", "2024-05-01T24:00:00Z"},
    {"minute 60", "2024-05-01T12:60:00Z"},
    {"second 61", "2024-05-01T12:00:61Z"},
    {"an offset of 24 hours", "2024-05-01T12:00:00+24:00"},
    {"an offset of 60 minutes", "2024-05-01T12:00:00+01:60"},
    {"an offset without colon", "2024-05-01T12:00:00+0100"},
    {"an offset of hours alone", "2024-05-01T12:00:00+01"},
    {"an offset that breaks off", "2024-05-01T12:00:00+01:"},
    {"a sign alone", "2024-05-01T12:00:00+"},
    {"text after an offset", "2024-05-01T12:00:00+01:00Z"},
    {"a letter for a digit", "2O24-05-01T12:00:00Z"},
    {"a character below the digits", "202/-05-01T12:00:00Z"},
    {"a sign within a number", "2024-05-01T12:00:-1Z"},
    {"a week date", "2024-W18-3T12:00:00Z"},
    {"another separator of the date", "2024/05/01T12:00:00Z"},
    {"a year of five digits", "12024-05-01T12:00:00Z"},
    {"after what nanoseconds can hold", "2262-04-11T23:47:16Z"},
    {"before what nanoseconds can hold", "1677-09-21T00:12:44Z"},
    {"the year 9999", "9999-12-31T23:59:59Z"},
    {"the year 0", "0000-01-01T00:00:00Z"},
    {"an offset may lead out of the range", "2262-04-11T23:47:15-00:01"},
};

std::string formatted(std::int64_t nanoseconds, int digits) {
  std::string out;
  append_timestamp(out, utc_time{std::chrono::nanoseconds{nanoseconds}}, digits);
  return out;
}

} // namespace

BOOST_AUTO_TEST_SUITE(timestamps)

BOOST_AUTO_TEST_CASE(date_times_with_any_offset_and_up_to_nine_digits_are_read) {
  for (const auto& row : accepted) {
    BOOST_TEST_CONTEXT(row.sentence) {
      auto read = parse_timestamp(row.text);
      BOOST_TEST_REQUIRE(read.has_value());
      BOOST_TEST(read->at.time_since_epoch().count() == row.nanoseconds);
      BOOST_TEST(int{read->fraction_digits} == row.fraction_digits);
    }
  }
}

BOOST_AUTO_TEST_CASE(anything_else_is_refused) {
  for (const auto& row : refused) BOOST_TEST(!parse_timestamp(row.text).has_value(), row.sentence);
}

BOOST_AUTO_TEST_CASE(no_beginning_of_a_date_time_is_one) {
  std::string_view whole = "2024-05-01T12:00:00.123456789+02:00";
  for (std::size_t size = 0; size < whole.size(); ++size)
    BOOST_TEST(!parse_timestamp(whole.substr(0, size)).has_value(), "the first " << size << " bytes");
}

BOOST_AUTO_TEST_CASE(a_byte_of_zero_or_above_ascii_is_no_digit) {
  std::string text = "2024-05-01T12:00:00.123Z";
  for (std::size_t i = 0; i < text.size(); ++i)
    for (char hostile : {'\0', '\x7f', '\x80', '\xff'}) {
      auto changed = text;
      changed[i] = hostile;
      BOOST_TEST(!parse_timestamp(changed).has_value(), "byte " << i);
    }
}

BOOST_AUTO_TEST_CASE(milliseconds_are_read_to_the_ends_of_the_range) {
  BOOST_TEST(timestamp_of_milliseconds(std::int64_t{1'714'564'800'123})->at.time_since_epoch().count() ==
             1'714'564'800'123'000'000);
  BOOST_TEST(int{timestamp_of_milliseconds(std::int64_t{0})->fraction_digits} == 3);
  BOOST_TEST(timestamp_of_milliseconds(std::int64_t{-1})->at.time_since_epoch().count() == -1'000'000);
  BOOST_TEST(timestamp_of_milliseconds(std::int64_t{9'223'372'035'999}).has_value());
  BOOST_TEST(!timestamp_of_milliseconds(std::int64_t{9'223'372'036'000}).has_value());
  BOOST_TEST(!timestamp_of_milliseconds(std::int64_t{-9'223'372'036'000}).has_value());
  BOOST_TEST(!timestamp_of_milliseconds(std::numeric_limits<std::int64_t>::max()).has_value());
  BOOST_TEST(!timestamp_of_milliseconds(std::numeric_limits<std::int64_t>::min()).has_value());
}

BOOST_AUTO_TEST_CASE(fractions_of_milliseconds_are_kept_as_nanoseconds) {
  auto half = timestamp_of_milliseconds(1.5);
  BOOST_TEST_REQUIRE(half.has_value());
  BOOST_TEST(half->at.time_since_epoch().count() == 1'500'000);
  BOOST_TEST(int{half->fraction_digits} == 9);
  BOOST_TEST(timestamp_of_milliseconds(-0.25)->at.time_since_epoch().count() == -250'000);
  BOOST_TEST(int{timestamp_of_milliseconds(1'714'564'800'123.0)->fraction_digits} == 3);
  for (double beyond : {1e13, -1e13, 1e300, std::numeric_limits<double>::infinity(),
                        std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::lowest()})
    BOOST_TEST(!timestamp_of_milliseconds(beyond).has_value(), beyond);
}

BOOST_AUTO_TEST_CASE(instants_are_printed_in_utc_with_the_digits_asked_for) {
  auto instant = 1'714'564'800 * second + 123'456'789;
  BOOST_TEST(formatted(instant, 0) == "2024-05-01T12:00:00Z");
  BOOST_TEST(formatted(instant, 1) == "2024-05-01T12:00:00.1Z");
  BOOST_TEST(formatted(instant, 3) == "2024-05-01T12:00:00.123Z");
  BOOST_TEST(formatted(instant, 9) == "2024-05-01T12:00:00.123456789Z");
  BOOST_TEST(to_text(utc_time{std::chrono::nanoseconds{instant}}) == "2024-05-01T12:00:00.123Z");
}

BOOST_AUTO_TEST_CASE(instants_before_1970_and_at_the_ends_of_the_range_are_printed) {
  BOOST_TEST(formatted(-1, 9) == "1969-12-31T23:59:59.999999999Z");
  BOOST_TEST(formatted(-1, 3) == "1969-12-31T23:59:59.999Z");
  BOOST_TEST(formatted(-second, 0) == "1969-12-31T23:59:59Z");
  BOOST_TEST(formatted(-86'400 * second, 0) == "1969-12-31T00:00:00Z");
  BOOST_TEST(formatted(std::numeric_limits<std::int64_t>::min(), 9) == "1677-09-21T00:12:43.145224192Z");
  BOOST_TEST(formatted(std::numeric_limits<std::int64_t>::max(), 9) == "2262-04-11T23:47:16.854775807Z");
}

BOOST_AUTO_TEST_CASE(printing_goes_back_and_forth_between_days) {
  BOOST_TEST(formatted(0, 0) == "1970-01-01T00:00:00Z");
  BOOST_TEST(formatted(86'400 * second, 0) == "1970-01-02T00:00:00Z");
  BOOST_TEST(formatted(86'400 * second - 1, 0) == "1970-01-01T23:59:59Z");
}

BOOST_AUTO_TEST_CASE(what_was_read_in_utc_is_printed_as_it_was) {
  for (std::string_view text : {"2024-05-01T12:00:00Z", "2024-05-01T12:00:00.1Z", "1999-12-31T23:59:59.123456789Z",
                                "1969-07-20T20:17:40.05Z", "1677-09-21T00:12:45Z"}) {
    auto read = parse_timestamp(text);
    BOOST_TEST_REQUIRE(read.has_value());
    BOOST_TEST(formatted(read->at.time_since_epoch().count(), read->fraction_digits) == text);
  }
}

BOOST_AUTO_TEST_SUITE_END()
