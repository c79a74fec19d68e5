#include "decoding_connection.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using namespace floorwalker;
using namespace floorwalker::wire;

BOOST_AUTO_TEST_SUITE(stream_decoding)

BOOST_FIXTURE_TEST_CASE(an_event_is_read_into_the_batch, acknowledged_connection) {
  BOOST_TEST(read(event_frame) == "event");
  BOOST_TEST_REQUIRE(batch.items.size() == 1u);
  BOOST_TEST(text(last().agent) == "550e8400-e29b-41d4-a716-446655440000");
  BOOST_TEST(text(last().previous) == "available");
  BOOST_TEST(text(last().current) == "busy");
  BOOST_TEST(last().has_reason);
  BOOST_TEST(text(last().reason) == "inbound_call");
  BOOST_TEST((last().observed_at == utc_time{std::chrono::milliseconds{1'714'564'800'123}}));
  BOOST_TEST((last().received_at == receipt));
  BOOST_TEST(int{last().fraction_digits} == 3);
}

BOOST_FIXTURE_TEST_CASE(events_follow_one_another_in_one_batch, acknowledged_connection) {
  for (int i = 0; i < 100; ++i) {
    read(event_frame);
    read("{"); // what fails in between leaves no trace in the text
    read(R"({"eventType":"x","data":{"agentId":"y"}})");
  }
  BOOST_TEST(batch.items.size() == 100u);
  BOOST_TEST(batch.malformed == 100u);
  BOOST_TEST(batch.text.size() ==
             100 * std::string_view{"550e8400-e29b-41d4-a716-446655440000availablebusyinbound_call"}.size());
  for (const auto& item : batch.items) BOOST_TEST(text(item.current) == "busy");
}

BOOST_FIXTURE_TEST_CASE(broken_json_is_named_with_its_place, acknowledged_connection) {
  BOOST_TEST(read(R"({"type" 1})") == "malformed");
  BOOST_TEST(decoder.malformation().starts_with("not JSON: "));
  BOOST_TEST(decoder.malformation().ends_with(" at byte 8"));
}

BOOST_FIXTURE_TEST_CASE(members_come_in_any_order_and_unknown_ones_are_skipped, acknowledged_connection) {
  BOOST_TEST(
      read(
          R"({"v":2,"data":{"extra":{"agentId":"wrong","data":{"currentState":"wrong"}},"reasonCode":"r",)"
          R"("timestamp":"2024-05-01T12:00:00Z","list":[{"currentState":"wrong"},["x"],"y"],)"
          R"("currentState":"c","note":null,"previousState":"p","ok":true,"agentId":"A-1","n":1e3},)"
          R"("trace":[{"eventType":"wrong"}],"other":{"agentId":"wrong","timestamp":0},"eventType":"agent.state.change","seq":12})") ==
      "event");
  BOOST_TEST_REQUIRE(batch.items.size() == 1u);
  BOOST_TEST(text(last().agent) == "a-1");
  BOOST_TEST(text(last().previous) == "p");
  BOOST_TEST(text(last().current) == "c");
  BOOST_TEST(text(last().reason) == "r");
  BOOST_TEST(int{last().fraction_digits} == 0);
}

BOOST_FIXTURE_TEST_CASE(of_members_with_one_name_the_last_counts, acknowledged_connection) {
  BOOST_TEST(read(event_with(R"(,"timestamp":"never","currentState":5,"currentState":"d","timestamp":7,)"
                             R"("reasonCode":"r","reasonCode":null)")) == "event");
  BOOST_TEST(text(last().current) == "d");
  BOOST_TEST(!last().has_reason);
  BOOST_TEST((last().observed_at == utc_time{std::chrono::milliseconds{7}}));

  BOOST_TEST(read(R"({"eventType":5,"eventType":"agent.state.change","type":"x","type":null,"data":7,)"
                  R"("data":{"agentId":"b","previousState":"p","currentState":"c","timestamp":1}})") == "event");
  BOOST_TEST(text(last().agent) == "b");

  // The last `data` replaces the first wholly, so what only the first one held is missing.
  BOOST_TEST(read(R"({"eventType":"agent.state.change","data":{"agentId":"a","previousState":"p","currentState":"c",)"
                  R"("timestamp":1},"data":{"agentId":"a","previousState":"p","timestamp":1}})") == "malformed");
  BOOST_TEST(decoder.malformation() == "data.currentState is missing");
  BOOST_TEST(read(event_with(R"(,"timestamp":"2024-05-01T12:00:00Z","timestamp":"x")")) == "malformed");
  BOOST_TEST(read(event_with(R"(,"timestamp":1},"data":null,"x":{"y":1)")) == "malformed");
  BOOST_TEST(batch.items.size() == 2u);
}

BOOST_FIXTURE_TEST_CASE(an_absent_reason_equals_null_and_differs_from_an_empty_one, acknowledged_connection) {
  read(event_with(some_time));
  BOOST_TEST(!last().has_reason);
  read(event_with(std::string{some_time} + R"(,"reasonCode":null)"));
  BOOST_TEST(!last().has_reason);
  read(event_with(std::string{some_time} + R"(,"reasonCode":"")"));
  BOOST_TEST(last().has_reason);
  BOOST_TEST(text(last().reason) == "");
}

BOOST_FIXTURE_TEST_CASE(names_and_values_may_be_written_in_escapes, acknowledged_connection) {
  BOOST_TEST(read(R"({"\u0065ventT\u0079pe":"agent\u002estate.change","d\u0061ta":{"agentI\u0064":"\u0041-\u00c4",)"
                  R"("previousState":"After \"Call\"","curr\u0065ntState":"\ud83d\ude00\n",)"
                  R"("timest\u0061mp":"2024-05-01T12\u003a00:00.5\u005a","reasonCode":"\u0000"}})") == "event");
  BOOST_TEST_REQUIRE(batch.items.size() == 1u);
  BOOST_TEST(text(last().agent) == "a-\xc3\x84"); // only ASCII letters are folded
  BOOST_TEST(text(last().previous) == "After \"Call\"");
  BOOST_TEST(text(last().current) == "\xf0\x9f\x98\x80\n");
  BOOST_TEST(text(last().reason) == std::string_view("\0", 1));
  BOOST_TEST(int{last().fraction_digits} == 1);
  BOOST_TEST(read(R"({"typ\u0065":"subscribe.\u0061ck"})") == "ignored");
}

BOOST_FIXTURE_TEST_CASE(a_long_name_that_ends_like_a_known_one_is_unknown, acknowledged_connection) {
  // The parser hands over names with escapes in pieces of about 4 KiB; the last piece alone must not be taken for a name.
  for (std::size_t size = 4'070; size < 4'110; ++size) {
    auto name = std::string(size, 'x') + "\\n" + std::string(size, 'y') + "type";
    BOOST_TEST(read("{\"" + name + "\":\"x\",\"eventType\":\"other\"}") == "ignored");
    BOOST_TEST(count(batch, ignored_reason::other_message) == 0u);
  }
}

BOOST_FIXTURE_TEST_CASE(milliseconds_with_a_fraction_are_read_exactly, acknowledged_connection) {
  read(event_with(R"(,"timestamp":1714564800123.0)"));
  BOOST_TEST((last().observed_at == utc_time{std::chrono::milliseconds{1'714'564'800'123}}));
  BOOST_TEST(int{last().fraction_digits} == 3);
  read(event_with(R"(,"timestamp":1.714564800123e12)"));
  BOOST_TEST((last().observed_at == utc_time{std::chrono::milliseconds{1'714'564'800'123}}));
  read(event_with(R"(,"timestamp":1714564800123.5)"));
  BOOST_TEST((last().observed_at == utc_time{std::chrono::microseconds{1'714'564'800'123'500}}));
  BOOST_TEST(int{last().fraction_digits} == 9);
}

BOOST_FIXTURE_TEST_CASE(an_event_before_the_acknowledgement_is_ignored_if_it_is_well_formed, connection) {
  BOOST_TEST(!decoder.acknowledged());
  BOOST_TEST(read(event_frame) == "ignored");
  BOOST_TEST(count(batch, ignored_reason::before_acknowledgement) == 1u);
  BOOST_TEST(read(event_with("")) == "malformed");
  BOOST_TEST(read(R"({"eventType":"other"})") == "ignored");
  BOOST_TEST(count(batch, ignored_reason::other_event_type) == 1u);
  BOOST_TEST(read(R"({"type":"welcome"})") == "ignored");
  BOOST_TEST(count(batch, ignored_reason::other_message) == 1u);
  BOOST_TEST(batch.text.empty());
  BOOST_TEST(read(acknowledgement) == "acknowledged");
  BOOST_TEST(decoder.acknowledged());
  BOOST_TEST(read(event_frame) == "event");
}

BOOST_FIXTURE_TEST_CASE(the_first_acknowledgement_counts_nowhere, connection) {
  read(acknowledgement);
  BOOST_TEST(batch.empty());
  read(acknowledgement);
  BOOST_TEST(count(batch, ignored_reason::other_message) == 1u);
}

BOOST_FIXTURE_TEST_CASE(a_reject_tells_its_reason_in_one_line, connection) {
  BOOST_TEST(read(R"({"reason":"rate limit\nexceeded \u001b[31m","type":"subscribe.reject"})") == "rejected");
  BOOST_TEST(decoder.reject_reason() == "rate limit\\x0aexceeded \\x1b[31m");
  BOOST_TEST(!decoder.acknowledged());
  BOOST_TEST(batch.empty());
  BOOST_TEST(read(R"({"type":"subscribe.reject"})") == "rejected");
  BOOST_TEST(decoder.reject_reason() == "");
  BOOST_TEST(read(R"({"type":"subscribe.reject","reason":{"reason":"deep"}})") == "rejected");
  BOOST_TEST(decoder.reject_reason() == "");
  BOOST_TEST(read(R"({"type":"subscribe.reject","reason":")" + std::string(100'000, 'r') + "\"}") == "rejected");
  BOOST_TEST(decoder.reject_reason() == std::string(200, 'r'));
  BOOST_TEST(read(R"({"type":"subscribe.reject","reason":"\u0041)" + std::string(9'000, 'r') + "\"}") == "rejected");
  BOOST_TEST(decoder.reject_reason() == "A" + std::string(199, 'r'));
}

BOOST_FIXTURE_TEST_CASE(a_binary_frame_is_malformed_and_the_next_one_is_read, acknowledged_connection) {
  BOOST_TEST(name_of(decoder.decode_binary(batch)) == "malformed");
  BOOST_TEST(decoder.malformation() == "a binary frame");
  BOOST_TEST(batch.malformed == 1u);
  BOOST_TEST(read(event_frame) == "event");
}

BOOST_AUTO_TEST_CASE(a_decoder_can_be_moved) {
  stream_decoder first;
  observation_batch batch;
  first.decode(acknowledgement, receipt, batch);
  stream_decoder second = std::move(first);
  BOOST_TEST(second.acknowledged());
  BOOST_TEST(name_of(second.decode(event_frame, receipt, batch)) == "event");
}

BOOST_FIXTURE_TEST_CASE(a_frame_that_breaks_off_anywhere_is_malformed, acknowledged_connection) {
  for (std::size_t size = 0; size < event_frame.size(); ++size)
    BOOST_TEST(read(event_frame.substr(0, size)) == "malformed", "the first " << size << " bytes");
  BOOST_TEST(batch.malformed == event_frame.size());
  BOOST_TEST(batch.text.empty());
  BOOST_TEST(read(event_frame) == "event");
}

BOOST_FIXTURE_TEST_CASE(one_wrong_byte_anywhere_does_no_harm, acknowledged_connection) {
  for (std::size_t i = 0; i < event_frame.size(); ++i) {
    for (int value = 0; value < 256; ++value) {
      std::string frame{event_frame};
      frame[i] = static_cast<char>(value);
      auto text_before = batch.text.size();
      auto items_before = batch.items.size();
      auto kind = decoder.decode(frame, receipt, batch);
      // Each comparison is a check of its own only when it fails: there are some 60,000 of them.
      bool is_event = kind == frame_kind::event;
      if (batch.items.size() != items_before + (is_event ? 1 : 0) || (!is_event && batch.text.size() != text_before) ||
          (is_event && (last().current.size == 0 || last().current.size > state_bytes_max)))
        BOOST_ERROR("byte " << i << " as " << value);
    }
    batch.clear();
  }
  BOOST_TEST(read(event_frame) == "event");
}

BOOST_AUTO_TEST_SUITE_END()
