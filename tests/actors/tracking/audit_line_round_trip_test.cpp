// What the trackers write and what is read back are kept in step here.
#include "actors/tracking/audit_entries.hpp"
#include "messages/json_text.hpp"
#include "messages/wire/audit_line.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <string>

namespace {

using namespace floorwalker;
using namespace std::chrono_literals;

constexpr utc_time opening{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23} + 10h};

const std::string texts[] = {"",
                             "busy",
                             "After Call",
                             "a \"quoted\" \\ word",
                             std::string{"\0\x01\b\f\n\r\t\x1f\x7f", 9},
                             "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80",
                             "\xe2\x80\xa8\xef\xbb\xbf\xf4\x8f\xbf\xbf",
                             "sequence\":1,\"x\":\"",
                             std::string(128, '\\')};

/// Reads what was drafted back and compares each value. The sequence is the record's place in the batch and a thousand.
void expect_same(const draft_batch& drafted) {
  draft_batch read;
  std::uint64_t sequence = 1'000;
  for (auto& record : drafted.records) {
    std::string line{record.head.in(drafted.text)};
    append_decimal(line, ++sequence);
    line += record.tail.in(drafted.text);
    BOOST_TEST_CONTEXT(line) {
      auto parsed = wire::append_audit_line(read, line);
      BOOST_REQUIRE_EQUAL(parsed.problem, "");
      BOOST_TEST(parsed.sequence == sequence);
      auto& again = read.records.back();
      BOOST_TEST((again.kind == record.kind));
      BOOST_TEST(again.flags == record.flags);
      BOOST_TEST(again.valid == record.valid);
      BOOST_TEST(again.has_reason == record.has_reason);
      BOOST_TEST(again.moved == record.moved);
      BOOST_TEST(again.verified == (record.moved && record.verified));
      BOOST_TEST((again.received_at == std::chrono::floor<std::chrono::milliseconds>(record.received_at)));
      BOOST_TEST(again.latency_ms == record.latency_ms);
      for (auto slice : {&record_draft::head, &record_draft::tail, &record_draft::agent, &record_draft::previous,
                         &record_draft::current, &record_draft::reason, &record_draft::event_time})
        BOOST_TEST((again.*slice).in(read.text) == (record.*slice).in(drafted.text));
    }
  }
}

} // namespace

BOOST_AUTO_TEST_SUITE(audit_line_round_trip)

BOOST_AUTO_TEST_CASE(every_text_of_a_transition_is_read_as_it_was_written) {
  draft_batch drafted;
  for (auto& agent : texts)
    for (auto& state : texts)
      for (auto& reason : texts)
        append_entry(drafted, state,
                     transition_entry{.agent_id = agent,
                                      .previous = state,
                                      .current = reason,
                                      .reason = reason,
                                      .event_at = opening,
                                      .received_at = opening,
                                      .judged = {.valid = true, .moved = true},
                                      .verified = true});
  expect_same(drafted);
}

BOOST_AUTO_TEST_CASE(every_verdict_flag_latency_and_time_is_read_as_it_was_written) {
  draft_batch drafted;
  for (int flags = 0; flags < 8; ++flags)
    for (bool valid : {false, true})
      for (int digits = 0; digits <= 9; ++digits)
        for (auto late : {-3'600'000'000'001ns, -1ns, 0ns, 333'123'456ns, 100'000'000'000'000ns}) {
          auto moved = (flags & flag_out_of_order) == 0;
          append_entry(
              drafted, "acme",
              transition_entry{.agent_id = "a-1",
                               .previous = "available",
                               .current = "busy",
                               .reason = {},
                               .event_at = opening,
                               .fraction_digits = digits,
                               .received_at = opening + late,
                               .judged = {.valid = valid, .flags = static_cast<std::uint8_t>(flags), .moved = moved},
                               .verified = valid});
        }
  expect_same(drafted);
}

BOOST_AUTO_TEST_CASE(the_other_records_are_read_as_they_were_written) {
  draft_batch drafted;
  for (auto& text : texts) {
    append_entry(drafted, text, reconciled_entry{text, text, text, opening});
    append_entry(drafted, text, reconciled_entry{text, std::nullopt, text, opening + 999'999ns});
    append_entry(drafted, text, monitoring_entry{.started = true, .slot = 7, .cause = text, .at = opening});
    append_entry(drafted, text,
                 monitoring_entry{.slot = 499,
                                  .cause = text,
                                  .reason = text,
                                  .code = 1006,
                                  .at = opening,
                                  .last_received = opening,
                                  .last_event = opening,
                                  .agent_ids = {text, text}});
  }
  expect_same(drafted);
}

BOOST_AUTO_TEST_SUITE_END()
