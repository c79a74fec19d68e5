// The input is read as a date-time, and its first eight bytes as an instant and as milliseconds.
#include "messages/wire/timestamp.hpp"
#include "tests/fuzzing/expect.hpp"

#include <cstring>

namespace {

using namespace floorwalker;
using namespace floorwalker::wire;
using fuzzing::expect;

void check_printing(utc_time at, int digits) {
  std::string text;
  append_timestamp(text, at, digits);
  auto again = parse_timestamp(text);
  // The outermost seconds can be printed, but are refused when read: an offset would lead out of the range.
  auto second = std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count();
  if (second > 9'223'372'035 || second < -9'223'372'035) return;
  expect(again.has_value() && again->fraction_digits == digits, "what is printed can be read");
  std::string printed_again;
  append_timestamp(printed_again, again->at, digits);
  expect(printed_again == text, "printing what was read gives the same");
  if (digits == 9) expect(again->at == at, "nine digits lose nothing");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (auto read = parse_timestamp({reinterpret_cast<const char*>(data), size}))
    check_printing(read->at, read->fraction_digits);
  std::int64_t number = 0;
  if (size < sizeof number) return 0;
  std::memcpy(&number, data, sizeof number);
  for (int digits = 0; digits <= 9; ++digits) check_printing(utc_time{std::chrono::nanoseconds{number}}, digits);
  if (auto whole = timestamp_of_milliseconds(number)) check_printing(whole->at, whole->fraction_digits);
  double real = 0;
  std::memcpy(&real, data, sizeof real);
  if (auto fraction = timestamp_of_milliseconds(real)) check_printing(fraction->at, fraction->fraction_digits);
  return 0;
}
