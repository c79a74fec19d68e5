// The input is a line of the trail. What is accepted must be JSON with the members that the record says, by a parser
// that builds documents.
#include "messages/wire/audit_line.hpp"
#include "messages/wire/timestamp.hpp"
#include "tests/fuzzing/expect.hpp"

#include <boost/json.hpp>

#include <string>

namespace {

using namespace floorwalker;
using fuzzing::expect;
namespace json = boost::json;

std::string_view inside(const draft_batch& batch, text_slice slice) {
  expect(slice.offset <= batch.text.size() && slice.size <= batch.text.size() - slice.offset, "slices lie in the text");
  return slice.in(batch.text);
}

bool is_text(const json::object& entry, const char* name, std::string_view value) {
  const auto& text = entry.at(name).as_string();
  return std::string_view{text.data(), text.size()} == value;
}

void check_transition(const draft_batch& batch, const json::object& entry) {
  const auto& record = batch.records.front();
  expect(is_text(entry, "agentId", inside(batch, record.agent)), "the agent is the entry's");
  expect(is_text(entry, "previousState", inside(batch, record.previous)), "the previous state is the entry's");
  expect(is_text(entry, "currentState", inside(batch, record.current)), "the current state is the entry's");
  expect(is_text(entry, "eventTimestamp", inside(batch, record.event_time)), "the event's time is the entry's");
  expect(entry.at("reasonCode").is_null() != record.has_reason, "a reason is there or not");
  if (record.has_reason)
    expect(is_text(entry, "reasonCode", inside(batch, record.reason)), "the reason is the entry's");
  expect(entry.at("valid").as_bool() == record.valid, "the verdict is the entry's");
  expect(entry.at("latencyMs").to_number<std::int64_t>() == record.latency_ms, "the latency is the entry's");
}

void check_entry(std::string_view line, const draft_batch& batch, std::uint64_t sequence) {
  json::parse_options options;
  options.max_depth = 200;
  json::error_code error;
  auto document = json::parse(json::string_view{line.data(), line.size()}, error, {}, options);
  if (error == json::error::exponent_overflow) return; // a number that is JSON, and no double
  expect(!error, "an entry is JSON");
  const auto& parsed = document.as_object();
  const auto& record = batch.records.front();
  expect(parsed.at("sequence").to_number<std::uint64_t>() == sequence && sequence > 0, "the sequence is the entry's");
  expect(std::string{inside(batch, record.head)} + std::to_string(sequence) + std::string{inside(batch, record.tail)} ==
             line,
         "head, sequence and tail are the line");
  auto received = wire::parse_timestamp(std::string_view{parsed.at("timestamp").as_string()});
  expect(received && received->at == record.received_at, "the time of receipt is the entry's");
  if (record.kind == record_kind::transition) check_transition(batch, parsed);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // A copy of its own, so that reading past its end is noticed.
  std::string line{reinterpret_cast<const char*>(data), size};
  line.shrink_to_fit();
  draft_batch batch;
  auto parsed = wire::append_audit_line(batch, line);
  auto seen = wire::glance_at_transition(line);
  if (parsed.problem.empty()) {
    expect(batch.records.size() == 1, "a line is one record");
    check_entry(line, batch, parsed.sequence);
    const auto& record = batch.records.front();
    expect(!seen || (record.kind == record_kind::transition && seen->valid == record.valid &&
                     seen->sequence == parsed.sequence && seen->latency_ms == record.latency_ms),
           "a glance sees what reading finds");
  } else {
    expect(batch.records.empty() && batch.text.empty(), "what is refused leaves nothing");
    expect(fuzzing::one_line(parsed.problem), "a problem is a clause");
  }
  if (seen) {
    std::string ignored;
    for (const auto& token : {seen->agent, seen->previous, seen->current}) append_unescaped(ignored, token);
  }
  return 0;
}
