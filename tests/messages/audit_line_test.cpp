#include "messages/wire/audit_line.hpp"
#include "messages/wire/timestamp.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

namespace {

using namespace floorwalker;
using wire::append_audit_line;

const std::string transition =
    R"({"timestamp":"2026-11-23T10:00:00.456Z","agentId":"a-1","previousState":"available","currentState":"busy",)"
    R"("latencyMs":333,"valid":true,"auditAction":"STATE_UPDATE_VERIFIED","tenantId":"acme","sequence":812,)"
    R"("eventTimestamp":"2026-11-23T10:00:00.123Z","reasonCode":"inbound_call","flags":[]})";

std::string replaced(std::string text, std::string_view what, std::string_view with) {
  auto at = text.find(what);
  BOOST_REQUIRE_MESSAGE(at != std::string::npos, what << " stands nowhere in " << text);
  return text.replace(at, what.size(), with);
}

/// A line that is read alone.
struct read_line {
  explicit read_line(std::string_view line) {
    auto parsed = append_audit_line(batch, line);
    BOOST_REQUIRE_MESSAGE(parsed.problem.empty(), parsed.problem << ": " << line);
    BOOST_REQUIRE(batch.records.size() == 1u);
    sequence = parsed.sequence;
  }

  const record_draft& record() const { return batch.records.front(); }
  std::string_view in(text_slice slice) const { return slice.in(batch.text); }
  std::string line() const {
    return std::string{in(record().head)} + std::to_string(sequence) + std::string{in(record().tail)};
  }

  draft_batch batch;
  std::uint64_t sequence = 0;
};

} // namespace

BOOST_AUTO_TEST_SUITE(audit_line)

BOOST_AUTO_TEST_CASE(a_transition_is_read_with_all_that_it_says) {
  read_line read{transition};
  BOOST_TEST(read.sequence == 812u);
  BOOST_TEST(read.line() == transition);
  auto& record = read.record();
  BOOST_TEST((record.kind == record_kind::transition));
  BOOST_TEST((record.valid && record.verified && record.moved && record.has_reason));
  BOOST_TEST(record.flags == 0);
  BOOST_TEST(record.latency_ms == 333);
  BOOST_TEST(wire::to_text(record.received_at) == "2026-11-23T10:00:00.456Z");
  BOOST_TEST(read.in(record.agent) == "a-1");
  BOOST_TEST(read.in(record.previous) == "available");
  BOOST_TEST(read.in(record.current) == "busy");
  BOOST_TEST(read.in(record.reason) == "inbound_call");
  BOOST_TEST(read.in(record.event_time) == "2026-11-23T10:00:00.123Z");
}

BOOST_AUTO_TEST_CASE(records_follow_each_other_in_one_batch) {
  draft_batch batch;
  for (int i = 0; i < 3; ++i) append_audit_line(batch, replaced(transition, "a-1", "a \\\"" + std::to_string(i)));
  BOOST_REQUIRE(batch.records.size() == 3u);
  for (std::size_t i = 0; i < 3; ++i) {
    BOOST_TEST(batch.records[i].agent.in(batch.text) == "a \"" + std::to_string(i));
    BOOST_TEST(batch.records[i].current.in(batch.text) == "busy");
  }
}

BOOST_AUTO_TEST_CASE(flags_say_what_moved_and_a_record_out_of_order_does_not_say_what_is_verified) {
  struct row {
    const char* list;
    int flags;
    bool moved;
  };
  const row rows[] = {{"[]", 0, true},
                      {R"(["gap"])", flag_gap, true},
                      {R"(["out-of-order"])", flag_out_of_order, false},
                      {R"(["gap","out-of-order","handover"])", flag_gap | flag_out_of_order | flag_handover, false},
                      {R"([ "handover" , "gap" ])", flag_gap | flag_handover, true},
                      {R"(["of a later version","gap"])", flag_gap, true},
                      {"[ ]", 0, true}};
  for (auto& [list, flags, moved] : rows) BOOST_TEST_CONTEXT(list) {
      read_line read{replaced(transition, "[]", list)};
      BOOST_TEST(read.record().flags == flags);
      BOOST_TEST(read.record().moved == moved);
      BOOST_TEST(read.record().verified == moved);
    }
  read_line rejected{replaced(replaced(transition, "true", "false"), "STATE_UPDATE_VERIFIED", "TRANSITION_REJECTED")};
  BOOST_TEST((!rejected.record().valid && !rejected.record().verified && rejected.record().moved));
}

BOOST_AUTO_TEST_CASE(escapes_are_undone_in_the_values_and_kept_in_the_line) {
  struct row {
    const char* written;
    std::string meant;
  };
  const row rows[] = {{R"(a \"b\")", "a \"b\""},
                      {R"(\\)", "\\"},
                      {R"(\/\b\f\n\r\t)", "/\b\f\n\r\t"},
                      {R"(\u0000x)", std::string{"\0x", 2}},
                      {R"(\u0041\u00e4\u20AC)", "A\xc3\xa4\xe2\x82\xac"},
                      {R"(\ud83d\ude00!)", "\xf0\x9f\x98\x80!"},
                      {R"(tail\u0001)", "tail\x01"},
                      {"", ""},
                      {"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80"},
                      {"\x7f\xe2\x80\xa8", "\x7f\xe2\x80\xa8"}};
  for (auto& [written, meant] : rows)
    for (auto* member : {"a-1", "available", "busy", "inbound_call"}) BOOST_TEST_CONTEXT(written << " for " << member) {
        auto line = replaced(transition, member, written);
        read_line read{line};
        BOOST_TEST(read.line() == line);
        auto& record = read.record();
        auto slice = member == std::string_view{"a-1"}         ? record.agent
                     : member == std::string_view{"available"} ? record.previous
                     : member == std::string_view{"busy"}      ? record.current
                                                               : record.reason;
        BOOST_TEST(read.in(slice) == meant);
      }
}

BOOST_AUTO_TEST_CASE(no_reason_differs_from_an_empty_one) {
  BOOST_TEST(!read_line{replaced(transition, "\"inbound_call\"", "null")}.record().has_reason);
  BOOST_TEST(read_line{replaced(transition, "inbound_call", "")}.record().has_reason);
}

BOOST_AUTO_TEST_CASE(other_records_are_read_by_their_action) {
  struct row {
    const char* action;
    const char* members;
    record_kind kind;
    const char* agent;
    const char* current;
  };
  const row rows[] = {{"STATE_RECONCILED", R"(,"agentId":"a-1","previousState":"busy","currentState":"br\"eak")",
                       record_kind::state_reconciled, "a-1", "br\"eak"},
                      {"STATE_RECONCILED", R"(,"agentId":"a-1","previousState":null,"currentState":"break")",
                       record_kind::state_reconciled, "a-1", "break"},
                      {"MONITORING_STARTED", R"(,"slot":3,"cause":"start","agentIds":["a-1","a-2"])",
                       record_kind::monitoring_started, "", ""},
                      {"MONITORING_INTERRUPTED",
                       R"(,"slot":3,"cause":"lost connection","closeCode":1006,"closeReason":"x","agentIds":[])",
                       record_kind::monitoring_interrupted, "", ""},
                      {"CONFIGURATION_CHANGED", "", record_kind::configuration_changed, "", ""},
                      {"CHECKPOINT_SIGNED", R"(,"checkpoint":{"kind":"checkpoint","sequence":7})",
                       record_kind::checkpoint_signed, "", ""}};
  for (auto& [action, members, kind, agent, current] : rows) BOOST_TEST_CONTEXT(action << members) {
      auto line = std::string{R"({"timestamp":"2026-11-23T10:00:00.456Z","auditAction":")"} + action +
                  R"(","tenantId":"acme","sequence":18446744073709551615)" + members + "}";
      read_line read{line};
      BOOST_TEST(read.sequence == 18446744073709551615u);
      BOOST_TEST(read.line() == line);
      BOOST_TEST((read.record().kind == kind));
      BOOST_TEST(read.in(read.record().agent) == agent);
      BOOST_TEST(read.in(read.record().current) == current);
      BOOST_TEST(read.record().moved == (kind == record_kind::state_reconciled));
      BOOST_TEST(read.record().verified == read.record().moved);
    }
}

BOOST_AUTO_TEST_CASE(members_may_stand_in_any_order_with_space_and_others_between_them) {
  std::string line =
      " { \"flags\" : [ \"gap\" ], \"node\":{\"a\":[1,-2.5e+3,true,false,null,{}],\"sequence\":7}, \"sequence\" : 812 ,"
      "\"reasonCode\":null,\"eventTimestamp\":\"2026-11-23T10:00:00Z\",\"tenantId\":\"acme\",\n"
      "\"auditAction\":\"TRANSITION_REJECTED\",\"valid\":false,\"latencyMs\":-1,\"currentState\":\"busy\","
      "\"previousState\":\"available\",\"agent\\u0049d\":\"a-1\",\"timestamp\":\"2026-11-23T10:00:00.456Z\" } ";
  read_line read{line};
  BOOST_TEST(read.line() == line);
  BOOST_TEST(read.in(read.record().agent) == "a-1");
  BOOST_TEST(read.record().latency_ms == -1);
  BOOST_TEST(read.record().flags == flag_gap);
}

BOOST_AUTO_TEST_CASE(what_is_no_audit_entry_is_refused_and_leaves_nothing) {
  struct row {
    const char* sentence;
    std::string line;
    const char* problem;
  };
  auto with = [](std::string_view what, std::string_view by) { return replaced(transition, what, by); };
  std::string deep = "\"x\":" + std::string(1000, '[') + std::string(1000, ']') + ",\"flags\"";
  const row rows[] = {
      {"nothing", "", "it is no JSON object"},
      {"no object", "[]", "it is no JSON object"},
      {"an empty object", "{}", "it is no JSON object"},
      {"cut", transition.substr(0, transition.size() - 1), "it is no JSON object"},
      {"two objects", transition + "{}", "it is no JSON object"},
      {"a comma too many", with("[]}", "[],}"), "it is no JSON object"},
      {"no quotation mark", with("\"valid\"", "valid"), "it is no JSON object"},
      {"depth without bound", with("\"flags\"", deep), "it is no JSON object"},
      {"a number that begins with 0", with("[]}", "[],\"x\":01}"), "it is no JSON object"},
      {"a number without digits", with("[]}", "[],\"x\":-}"), "it is no JSON object"},
      {"a fraction without digits", with("[]}", "[],\"x\":1.}"), "it is no JSON object"},
      {"an exponent without digits", with("[]}", "[],\"x\":1e+}"), "it is no JSON object"},
      {"a control character", with("a-1", "a\n1"), "agentId is not what it should be"},
      {"an unknown escape", with("a-1", "a\\x1"), "agentId is not what it should be"},
      {"an escaped zero byte", with("a-1", std::string{"a\\\0", 3}), "agentId is not what it should be"},
      {"half a surrogate pair", with("a-1", "\\ud83d"), "agentId is not what it should be"},
      {"the second half", with("a-1", "\\ude00"), "agentId is not what it should be"},
      {"two first halves", with("a-1", "\\ud83d\\ud83d"), "agentId is not what it should be"},
      {"no hexadecimal digits", with("a-1", "\\u00g0"), "agentId is not what it should be"},
      {"no UTF-8", with("a-1", "\xc3("), "agentId is not what it should be"},
      {"an overlong form", with("a-1", "\xc0\x80"), "agentId is not what it should be"},
      {"a surrogate in UTF-8", with("a-1", "\xed\xa0\x80"), "agentId is not what it should be"},
      {"an id that is no text", with("\"a-1\"", "1"), "agentId is not what it should be"},
      {"a sequence that is none", with("812", "-1"), "sequence is not what it should be"},
      {"a sequence of 0", with("812", "0"), "sequence is not what it should be"},
      {"a sequence with a 0 before it", with("812", "0812"), "sequence is not what it should be"},
      {"a sequence beyond 64 bits", with("812", "18446744073709551616"), "sequence is not what it should be"},
      {"a fraction of a sequence", with("812", "812.0"), "it is no JSON object"},
      {"a latency that is no integer", with("333", "\"333\""), "latencyMs is not what it should be"},
      {"a latency with a 0 before it", with("333", "-0333"), "latencyMs is not what it should be"},
      {"a verdict that is none", with("true", "null"), "valid is not what it should be"},
      {"flags that are no list", with("[]", "{}"), "flags is not what it should be"},
      {"flags that are no texts", with("[]", "[1]"), "flags is not what it should be"},
      {"a member twice", with("[]}", "[],\"valid\":true}"), "valid stands there twice"},
      {"a member twice, once escaped", with("[]}", "[],\"v\\u0061lid\":true}"), "valid stands there twice"},
      {"a member that is missing", with("\"tenantId\"", "\"tenant\""), "tenantId is missing"},
      {"no reason", with(",\"reasonCode\":\"inbound_call\"", ""), "reasonCode is missing"},
      {"no action", with("\"auditAction\"", "\"action\""), "auditAction is missing"},
      {"an unknown action", with("STATE_UPDATE_VERIFIED", "SOMETHING"), "auditAction is none that this version knows"},
      {"a verdict unlike the action", with("STATE_UPDATE_VERIFIED", "TRANSITION_REJECTED"),
       "valid contradicts auditAction"},
      {"a transition from nowhere", with("\"available\"", "null"), "previousState is null"},
      {"a time that is none", with("10:00:00.456Z", "25:00:00.456Z"), "timestamp is no time"},
      {"an event's time that is none", with("2026-11-23T10:00:00.123Z", "yesterday"), "eventTimestamp is no time"}};
  for (auto& [sentence, line, problem] : rows) BOOST_TEST_CONTEXT(sentence) {
      draft_batch batch;
      BOOST_TEST(append_audit_line(batch, line).problem == problem);
      BOOST_TEST(batch.text.empty());
      BOOST_TEST(batch.records.empty());
    }
}

BOOST_AUTO_TEST_CASE(a_glance_tells_a_transition_from_other_records) {
  auto line = replaced(transition, "busy", "b\\\"y");
  auto seen = wire::glance_at_transition(line);
  BOOST_REQUIRE(seen.has_value());
  BOOST_TEST(seen->agent.raw() == "a-1");
  BOOST_TEST(seen->previous.raw() == "available");
  BOOST_TEST(seen->current.raw() == "b\\\"y");
  BOOST_TEST(seen->current.escaped);
  BOOST_TEST(seen->latency_ms == 333);
  BOOST_TEST(seen->valid);
  BOOST_TEST(seen->sequence == 812u);
  for (auto& other : {replaced(transition, "true", "false"), replaced(transition, "STATE_UPDATE", "ANOTHER"),
                      replaced(transition, "\"latencyMs\"", "\"x\":1,\"latencyMs\""),
                      std::string{R"({"timestamp":"2026-11-23T10:00:00.456Z","auditAction":"MONITORING_STARTED"})"}})
    BOOST_TEST(!wire::glance_at_transition(other).has_value(), other);
}

BOOST_AUTO_TEST_CASE(a_line_cut_anywhere_is_refused) {
  for (std::size_t size = 0; size < transition.size(); ++size) {
    draft_batch batch;
    std::string line{transition, 0, size};
    line.shrink_to_fit();
    BOOST_TEST(!append_audit_line(batch, line).problem.empty(), line);
  }
}

BOOST_AUTO_TEST_SUITE_END()
