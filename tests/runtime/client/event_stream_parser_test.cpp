#include "runtime/client/event_stream_parser.hpp"

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include <string>
#include <vector>

namespace {

using namespace floorwalker;

using texts = std::vector<std::string>;

/// Each event as "id|name|data", from a stream that comes in pieces of `piece` bytes.
texts events_in(std::string_view stream, std::size_t piece) {
  event_stream_parser parser;
  texts events;
  for (; !stream.empty(); stream.remove_prefix(std::min(piece, stream.size())))
    BOOST_TEST(parser.feed(stream.substr(0, piece), [&](const server_event& event) {
      events.push_back(fmt::format("{}|{}|{}", event.id, event.name, event.data));
    }));
  return events;
}

struct row {
  const char* sentence;
  std::string stream;
  texts events;
};

BOOST_AUTO_TEST_CASE(events_are_read_as_the_standard_says_however_their_bytes_arrive) {
  const row rows[] = {
      {"id, name and data", "id: 1-2\nevent: agent\ndata: {}\n\n", {"1-2|agent|{}"}},
      {"without a name", "data: x\n\n", {"|message|x"}},
      {"an id stays for those that follow", "id: 1\ndata: a\n\ndata: b\n\n", {"1|message|a", "1|message|b"}},
      {"an event without data is none, but its id counts", "id: 7\n\ndata: b\n\n", {"7|message|b"}},
      {"a name belongs to one event", "event: a\ndata: 1\n\ndata: 2\n\n", {"|a|1", "|message|2"}},
      {"a name without data is forgotten", "event: a\n\ndata: 2\n\n", {"|message|2"}},
      {"several lines of data", "data: a\ndata: b\ndata:\n\n", {"|message|a\nb\n"}},
      {"empty data is data", "data\n\n", {"|message|"}},
      {"one space goes, no more", "data:  x\n\n", {"|message| x"}},
      {"no space is fine", "data:x\n\n", {"|message|x"}},
      {"comments", ": hello\n:\ndata: a\n: b\n\n", {"|message|a"}},
      {"unknown fields", "retry: 5\nwhatever: 6\nData: 7\ndata: 8\n\n", {"|message|8"}},
      {"carriage returns", "data: a\r\rdata: b\r\r", {"|message|a", "|message|b"}},
      {"both", "data: a\r\n\r\ndata: b\r\n\r\n", {"|message|a", "|message|b"}},
      {"a mark of the byte order",
       "\xef\xbb\xbf"
       "data: a\n\n",
       {"|message|a"}},
      {"an id with a zero byte",
       std::string{"id: 1\ndata: a\n\nid: 2\0\ndata: b\n\n", 31},
       {"1|message|a", "1|message|b"}},
      {"an empty id forgets the last one", "id: 1\ndata: a\n\nid\ndata: b\n\n", {"1|message|a", "|message|b"}},
      {"an event that is not complete", "data: a\n\ndata: b\n", {"|message|a"}}};
  for (const auto& [sentence, stream, events] : rows)
    for (std::size_t piece : {1, 2, 3, 1000}) BOOST_TEST_CONTEXT(sentence << ", " << piece << " bytes at a time") {
        BOOST_TEST(events_in(stream, piece) == events, boost::test_tools::per_element());
      }
}

BOOST_AUTO_TEST_CASE(an_event_larger_than_the_bound_ends_the_reading) {
  auto ignore = [](const server_event&) {};
  struct bound_row {
    const char* sentence;
    std::string stream;
    bool fits;
  };
  const bound_row rows[] = {{"a line", "data: " + std::string(100, 'x'), false},
                            {"many lines", "data: 12345678\ndata: 12345678\ndata: 12345678\ndata: 1234\n", false},
                            {"many small events", "data: 12345678\n\ndata: 12345678\n\ndata: 12345678\n\n", true}};
  for (const auto& [sentence, stream, fits] : rows) BOOST_TEST_CONTEXT(sentence) {
      event_stream_parser parser{32};
      BOOST_TEST(parser.feed(stream, ignore) == fits);
      BOOST_TEST(parser.feed("\n", ignore) == fits);
    }
}

} // namespace
