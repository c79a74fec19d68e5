#include "decoding_connection.hpp"

#include <boost/test/unit_test.hpp>

using namespace floorwalker;
using namespace floorwalker::wire;

namespace {

struct kind_row {
  const char* sentence;
  std::string frame;
  std::string_view kind;
};

} // namespace

BOOST_AUTO_TEST_SUITE(stream_frames)

BOOST_AUTO_TEST_CASE(each_frame_is_of_one_kind_once_acknowledged) {
  const kind_row rows[] = {
      {"a second acknowledgement is ignored", std::string{acknowledgement}, "ignored"},
      {"a late reject is ignored", R"({"type":"subscribe.reject","reason":"no"})", "ignored"},
      {"any other type is ignored", R"({"type":"heartbeat"})", "ignored"},
      {"an empty type is another type", R"({"type":""})", "ignored"},
      {"a type wins over an event type", R"({"type":"x","eventType":"agent.state.change","data":{}})", "ignored"},
      {"a type may come after everything else", R"({"eventType":"agent.state.change","data":5,"type":"x"})", "ignored"},
      {"a type that is no string is an unknown member", R"({"type":5,"eventType":"other"})", "ignored"},
      {"a type of null and no event type", R"({"type":null})", "malformed"},
      {"another event type is ignored without data", R"({"eventType":"agent.skill.change"})", "ignored"},
      {"another event type is ignored with any data", R"({"eventType":"call.ended","data":[1,{"agentId":2}]})",
       "ignored"},
      {"an empty event type is another event type", R"({"eventType":""})", "ignored"},
      {"event types compare with regard to case", R"({"eventType":"Agent.State.Change"})", "ignored"},
      {"a longer event type is another", R"({"eventType":"agent.state.change.v2"})", "ignored"},
      {"neither type nor event type", R"({"data":{}})", "malformed"},
      {"an event type that is a number", R"({"eventType":1})", "malformed"},
      {"an event type of null", R"({"eventType":null})", "malformed"},
      {"an event type in an array", R"({"eventType":["agent.state.change"]})", "malformed"},
      {"an event type in an object", R"({"eventType":{"eventType":"x"}})", "malformed"},
      {"an event type below the top does not count", R"({"x":{"eventType":"agent.state.change"}})", "malformed"},
      {"no data", R"({"eventType":"agent.state.change"})", "malformed"},
      {"data that is null", event_of("null"), "malformed"},
      {"data that is a string", event_of(R"("x")"), "malformed"},
      {"data that is a string with escapes", event_of(R"("x\n")"), "malformed"},
      {"data that is a number", event_of("1"), "malformed"},
      {"data that is a real number", event_of("1.5"), "malformed"},
      {"data that is a flag", event_of("true"), "malformed"},
      {"data that is an array of an object",
       event_of(R"([{"agentId":"a","previousState":"p","currentState":"c","timestamp":1}])"), "malformed"},
      {"data that is empty", event_of("{}"), "malformed"},
      {"nothing", "", "malformed"},
      {"spaces", "  \n", "malformed"},
      {"an array", "[]", "malformed"},
      {"an array around an event", "[" + std::string{event_frame} + "]", "malformed"},
      {"a string", R"("agent.state.change")", "malformed"},
      {"a number", "1", "malformed"},
      {"null", "null", "malformed"},
      {"an empty object", "{}", "malformed"},
      {"no JSON", "hello", "malformed"},
      {"single quotes", "{'type':'x'}", "malformed"},
      {"a trailing comma", R"({"type":"x",})", "malformed"},
      {"a comment", R"({"type":"x"/**/})", "malformed"},
      {"a byte order mark", "\xef\xbb\xbf{\"type\":\"x\"}", "malformed"},
      {"two objects", R"({"type":"x"}{"type":"x"})", "malformed"},
      {"a byte after the object", R"({"type":"x"}x)", "malformed"},
      {"a zero byte after the object", std::string{"{\"type\":\"x\"}\0", 13}, "malformed"},
      {"white space around the object", " \t{\"type\":\"x\"}\r\n", "ignored"},
      {"a bare control character in a string", "{\"type\":\"a\nb\"}", "malformed"},
      {"a lone leading surrogate", R"({"type":"\ud800"})", "malformed"},
      {"a lone trailing surrogate", R"({"type":"\udc00"})", "malformed"},
      {"a surrogate pair", R"({"type":"\ud83d\ude00"})", "ignored"},
      {"an unknown escape", R"({"type":"\x41"})", "malformed"},
      {"invalid UTF-8 in an unknown member", "{\"type\":\"x\",\"note\":\"\xff\"}", "malformed"},
      {"overlong UTF-8", "{\"type\":\"\xc0\xaf\"}", "malformed"},
      {"a huge number in an unknown member", R"({"type":"x","n":)" + std::string(5'000, '9') + "}", "ignored"},
      {"a huge exponent in an unknown member", R"({"type":"x","n":1e400})", "ignored"},
      {"a leading zero", R"({"type":"x","n":01})", "malformed"},
      {"a word that JSON does not know", R"({"type":"x","n":NaN})", "malformed"},
      {"a long string in an unknown member", R"({"type":"x","n":")" + std::string(500'000, 'n') + "\"}", "ignored"},
      {"nesting below the limit", R"({"type":"x","n":)" + std::string(60, '[') + std::string(60, ']') + "}", "ignored"},
      {"nesting beyond the limit", R"({"type":"x","n":)" + std::string(65, '[') + std::string(65, ']') + "}",
       "malformed"},
      {"nesting to exhaust a stack", std::string(1'000'000, '['), "malformed"},
      {"nested objects to exhaust a stack",
       [] {
         std::string text;
         for (int i = 0; i < 100'000; ++i) text += R"({"a":)";
         return text;
       }(),
       "malformed"},
  };
  for (const auto& row : rows) {
    BOOST_TEST_CONTEXT(row.sentence) {
      acknowledged_connection open;
      BOOST_TEST(open.read(row.frame) == row.kind);
      BOOST_TEST(open.batch.items.empty());
      BOOST_TEST(open.batch.text.empty());
      BOOST_TEST(open.batch.malformed == (row.kind == "malformed" ? 1u : 0u));
    }
  }
}

BOOST_AUTO_TEST_CASE(members_of_an_event_are_needed_and_typed) {
  struct row_type {
    const char* sentence;
    std::string frame;
    std::string_view malformation; ///< empty: an event
  };
  const std::string time{some_time};
  const row_type rows[] = {
      {"the smallest event", event_with(time), ""},
      {"no agent", event_of(R"({"previousState":"p","currentState":"c","timestamp":1})"), "data.agentId is missing"},
      {"an agent that is a number", event_with(time + R"(,"agentId":5)"), "data.agentId is no string"},
      {"an empty agent", event_with(time + R"(,"agentId":"")"), "data.agentId is empty"},
      {"an agent of 128 bytes", event_with(time + R"(,"agentId":")" + std::string(128, 'a') + "\""), ""},
      {"an agent of 129 bytes", event_with(time + R"(,"agentId":")" + std::string(129, 'a') + "\""),
       "data.agentId is longer than 128 bytes"},
      {"no previous state", event_of(R"({"agentId":"a","currentState":"c","timestamp":1})"),
       "data.previousState is missing"},
      {"a previous state of null", event_with(time + R"(,"previousState":null)"), "data.previousState is no string"},
      {"an empty previous state", event_with(time + R"(,"previousState":"")"), "data.previousState is empty"},
      {"no current state", event_of(R"({"agentId":"a","previousState":"p","timestamp":1})"),
       "data.currentState is missing"},
      {"a current state that is an object", event_with(time + R"(,"currentState":{"currentState":"c"})"),
       "data.currentState is no string"},
      {"a current state that is an array", event_with(time + R"(,"currentState":["c"])"),
       "data.currentState is no string"},
      {"a current state that is a flag", event_with(time + R"(,"currentState":false)"),
       "data.currentState is no string"},
      {"a current state of 128 bytes", event_with(time + R"(,"currentState":")" + std::string(128, 's') + "\""), ""},
      {"a current state of 129 bytes", event_with(time + R"(,"currentState":")" + std::string(129, 's') + "\""),
       "data.currentState is longer than 128 bytes"},
      {"a current state of 43 characters of three bytes",
       event_with(time + R"(,"currentState":")" +
                  [] {
                    std::string text;
                    for (int i = 0; i < 43; ++i) text += "\xe2\x82\xac";
                    return text;
                  }() +
                  "\""),
       "data.currentState is longer than 128 bytes"},
      {"a long state written in escapes",
       event_with(time + R"(,"currentState":")" +
                  [] {
                    std::string text;
                    for (int i = 0; i < 129; ++i) text += "\\u0041";
                    return text;
                  }() +
                  "\""),
       "data.currentState is longer than 128 bytes"},
      {"a state longer than the parser's buffer, in escapes",
       event_with(time + R"(,"currentState":")" +
                  [] {
                    std::string text;
                    for (int i = 0; i < 5'000; ++i) text += "\\n";
                    return text;
                  }() +
                  "\""),
       "data.currentState is longer than 128 bytes"},
      {"no timestamp", event_with(""), "data.timestamp is missing"},
      {"a timestamp of null", event_with(R"(,"timestamp":null)"), "data.timestamp is neither a date-time nor a number"},
      {"a timestamp that is a flag", event_with(R"(,"timestamp":true)"),
       "data.timestamp is neither a date-time nor a number"},
      {"a timestamp in an array", event_with(R"(,"timestamp":[1])"),
       "data.timestamp is neither a date-time nor a number"},
      {"a timestamp without zone", event_with(R"(,"timestamp":"2024-05-01T12:00:00")"),
       "data.timestamp is no RFC 3339 date-time in range"},
      {"an empty timestamp", event_with(R"(,"timestamp":"")"), "data.timestamp is no RFC 3339 date-time in range"},
      {"a number in a string", event_with(R"(,"timestamp":"1714564800123")"),
       "data.timestamp is no RFC 3339 date-time in range"},
      {"a date-time with much text behind",
       event_with(R"(,"timestamp":"2024-05-01T12:00:00Z)" + std::string(100, ' ') + "\""),
       "data.timestamp is no RFC 3339 date-time in range"},
      {"a date-time with much escaped text behind",
       event_with(R"(,"timestamp":"2024-05-01T12:00:00Z\n)" + std::string(100, ' ') + "\""),
       "data.timestamp is no RFC 3339 date-time in range"},
      {"a timestamp of whole milliseconds", event_with(R"(,"timestamp":1714564800123)"), ""},
      {"a timestamp before 1970", event_with(R"(,"timestamp":-1)"), ""},
      {"a timestamp beyond 64 bits", event_with(R"(,"timestamp":18446744073709551615)"),
       "data.timestamp is out of range"},
      {"a timestamp beyond 63 bits of nanoseconds", event_with(R"(,"timestamp":9223372036854775807)"),
       "data.timestamp is out of range"},
      {"a timestamp of many digits", event_with(R"(,"timestamp":)" + std::string(400, '9')),
       "data.timestamp is out of range"},
      {"a timestamp with a huge exponent", event_with(R"(,"timestamp":1e999)"), "data.timestamp is out of range"},
      {"a reason of null", event_with(time + R"(,"reasonCode":null)"), ""},
      {"an empty reason", event_with(time + R"(,"reasonCode":"")"), ""},
      {"a reason of 128 bytes", event_with(time + R"(,"reasonCode":")" + std::string(128, 'r') + "\""), ""},
      {"a reason of 129 bytes", event_with(time + R"(,"reasonCode":")" + std::string(129, 'r') + "\""),
       "data.reasonCode is longer than 128 bytes"},
      {"a reason that is a number", event_with(time + R"(,"reasonCode":7)"),
       "data.reasonCode is neither a string nor null"},
      {"a reason that is an object", event_with(time + R"(,"reasonCode":{})"),
       "data.reasonCode is neither a string nor null"},
      {"no object at all", "[1]", "not a JSON object"},
      {"an event type that is missing", R"({"x":1})", "eventType is missing"},
      {"an event type that is no string", R"({"eventType":1})", "eventType is no string"},
      {"data that is missing", R"({"eventType":"agent.state.change"})", "data is missing"},
      {"data that is no object", event_of("[]"), "data is no object"},
      {"bytes after the end", "{} {}", "bytes after the JSON value"},
  };
  for (const auto& row : rows) {
    BOOST_TEST_CONTEXT(row.sentence) {
      acknowledged_connection open;
      BOOST_TEST(open.read(row.frame) == (row.malformation.empty() ? "event" : "malformed"));
      BOOST_TEST(open.decoder.malformation() == row.malformation);
      if (!row.malformation.empty()) BOOST_TEST(open.batch.text.empty());
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
