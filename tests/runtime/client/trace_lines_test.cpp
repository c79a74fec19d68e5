#include "runtime/client/trace_lines.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace {

using namespace floorwalker;

std::string trace(const std::string& stamps) {
  return R"({"sequence":812,"agentId":"550e8400-e29b-41d4-a716-446655440000",)"
         R"("eventTimestamp":"2026-11-23T10:00:00.123Z",)" +
         stamps + "}";
}

const std::string received = R"("received":"2026-11-23T10:00:00.456789Z",)";
const std::string judged = R"("judged":"2026-11-23T10:00:00.456900Z",)";
const std::string journaled = R"("journaled":"2026-11-23T10:00:00.461100Z",)";
const std::string delivered = R"("delivered":"2026-11-23T10:00:00.461400Z")";

BOOST_AUTO_TEST_CASE(each_stamp_stands_with_what_passed_since_the_one_before_it) {
  struct row {
    std::string why;
    std::string stamps;
    std::string line;
  };
  const std::string begin = "812  event 2026-11-23T10:00:00.123Z  received 10:00:00.456789 +333.789 ms";
  const row rows[] = {
      {"all are known", received + judged + journaled + delivered,
       begin + "  judged 10:00:00.456900 +0.111 ms  journaled 10:00:00.461100 +4.200 ms"
               "  delivered 10:00:00.461400 +0.300 ms  (4.611 ms here)\n"},
      {"read back from the trail", received + R"("judged":null,"journaled":null,)" + delivered,
       begin + "  judged unknown  journaled unknown  delivered 10:00:00.461400 +4.611 ms  (4.611 ms here)\n"},
      {"the platform's clock is ahead", R"("received":"2026-11-23T10:00:00.100000Z",)" + delivered,
       "812  event 2026-11-23T10:00:00.123Z  received 10:00:00.100000 -23.000 ms  judged unknown"
       "  journaled unknown  delivered 10:00:00.461400 +361.400 ms  (361.400 ms here)\n"}};
  for (const auto& [why, stamps, line] : rows) BOOST_TEST(trace_line(trace(stamps)).value_or("none") == line, why);
}

BOOST_AUTO_TEST_CASE(as_json_it_is_what_the_node_sent_on_one_line) {
  auto data = trace(received + judged + journaled + delivered);
  BOOST_TEST(trace_json_line(data).value_or("none") == data + "\n");
  auto known = trace(received + R"("judged":null,"journaled":null,)" + delivered);
  BOOST_TEST(trace_json_line(known).value_or("none") == known + "\n");
}

BOOST_AUTO_TEST_CASE(what_is_no_trace_gives_no_line) {
  const std::string texts[] = {"",
                               "[]",
                               "{}",
                               "no JSON",
                               trace(received + judged + journaled + R"("delivered":null)"),
                               trace(judged + journaled + delivered),
                               trace(received + R"("judged":"soon",)" + delivered),
                               trace(received + R"("judged":5,)" + delivered)};
  for (const auto& text : texts) {
    BOOST_TEST(!trace_line(text).has_value(), text);
    BOOST_TEST(!trace_json_line(text).has_value(), text);
  }
}

} // namespace
