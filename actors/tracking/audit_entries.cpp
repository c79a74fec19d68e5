#include "actors/tracking/audit_entries.hpp"

#include "messages/json_text.hpp"
#include "messages/wire/timestamp.hpp"

#include <array>
#include <cstddef>
#include <utility>

namespace floorwalker {
namespace {

std::uint32_t offset_of(const std::string& text) { return static_cast<std::uint32_t>(text.size()); }

text_slice slice_from(std::uint32_t begin, const std::string& text) { return {begin, offset_of(text) - begin}; }

/// Appends a JSON string. The slice is the bare value: within the JSON text if nothing had to be escaped; else
/// `escaped` is set and the caller appends the value once more, after the record's text.
text_slice append_value(std::string& out, std::string_view value, bool& escaped) {
  auto begin = offset_of(out);
  append_json_string(out, value);
  escaped = out.size() - begin != value.size() + 2;
  return {begin + 1, static_cast<std::uint32_t>(value.size())};
}

void append_time(std::string& out, utc_time at, int digits) {
  out += '"';
  wire::append_timestamp(out, at, digits);
  out += '"';
}

void append_bare(std::string& out, text_slice& slice, bool escaped, std::string_view value) {
  if (!escaped) return;
  slice.offset = offset_of(out);
  out += value;
}

/// A transition's text without its values: the literals of append_entry below, two times, a number and the flags.
constexpr std::size_t transition_frame_bytes = 400;
/// Enough for ids as they are in use, even if each of their bytes had to be escaped.
constexpr std::size_t usual_transition_bytes = 2048;

std::size_t transition_bytes_max(std::string_view tenant_id, const transition_entry& entry) {
  auto values = entry.agent_id.size() + entry.previous.size() + entry.current.size() + tenant_id.size() +
                entry.reason.value_or("").size();
  return transition_frame_bytes + 5 * json_string_bytes_max(0) + json_string_bytes_max(values);
}

/// A record that is no transition, with what every one says ahead of its sequence. Its other members follow in `out`.
record_draft begin_record(std::string& out, std::string_view tenant_id, record_kind kind, utc_time at) {
  record_draft record;
  record.kind = kind;
  record.received_at = at;
  auto begin = offset_of(out);
  out += R"({"timestamp":)";
  append_time(out, at, 3);
  out += R"(,"auditAction":")";
  out += audit_action(kind, false);
  out += R"(","tenantId":)";
  append_json_string(out, tenant_id);
  out += R"(,"sequence":)";
  record.head = slice_from(begin, out);
  record.tail.offset = offset_of(out);
  return record;
}

void end_record(std::string& out, record_draft& record) {
  out += '}';
  record.tail = slice_from(record.tail.offset, out);
}

template <class Texts>
void append_texts(std::string& out, const Texts& texts) {
  out += '[';
  for (auto comma = ""; const auto& text : texts) {
    out += std::exchange(comma, ",");
    append_json_string(out, text);
  }
  out += ']';
}

} // namespace

std::int64_t latency_ms(utc_time received_at, utc_time event_at) {
  return std::chrono::floor<std::chrono::milliseconds>(received_at - event_at).count();
}

void append_entry(draft_batch& batch, std::string_view tenant_id, const transition_entry& entry) {
  record_draft record;
  record.kind = record_kind::transition;
  record.flags = entry.judged.flags;
  record.valid = entry.judged.valid;
  record.moved = entry.judged.moved;
  record.was_stale = entry.judged.was_stale;
  record.verified = entry.verified;
  record.has_reason = entry.reason.has_value();
  record.received_at = entry.received_at;
  record.latency_ms = latency_ms(entry.received_at, entry.event_at);

  // The hot path: put together in one piece of memory, which is large enough whatever has to be escaped.
  std::array<char, usual_transition_bytes> usual;
  std::string large;
  auto needed = transition_bytes_max(tenant_id, entry);
  if (needed > usual.size()) large.resize(needed);
  auto begin = large.empty() ? usual.data() : large.data();
  auto base = offset_of(batch.text);
  auto place = [&](const char* at) { return base + static_cast<std::uint32_t>(at - begin); };
  auto slice = [&](const char* from, const char* to) {
    return text_slice{place(from), static_cast<std::uint32_t>(to - from)};
  };
  auto at = begin;
  struct {
    text_slice* where;
    std::string_view value;
  } escaped[4];
  std::size_t escapes = 0;
  auto put_value = [&](text_slice& where, std::string_view value) {
    auto end = put_json_string(at, value);
    where = {place(at) + 1, static_cast<std::uint32_t>(value.size())};
    if (slice(at, end).size != value.size() + 2) escaped[escapes++] = {&where, value};
    at = end;
  };
  at = put(at, R"({"timestamp":")");
  at = wire::put_timestamp(at, entry.received_at, 3);
  at = put(at, R"(","agentId":)");
  put_value(record.agent, entry.agent_id);
  at = put(at, R"(,"previousState":)");
  put_value(record.previous, entry.previous);
  at = put(at, R"(,"currentState":)");
  put_value(record.current, entry.current);
  at = put(at, R"(,"latencyMs":)");
  at = put_decimal(at, record.latency_ms);
  at = record.valid ? put(at, R"(,"valid":true,"auditAction":"STATE_UPDATE_VERIFIED","tenantId":)")
                    : put(at, R"(,"valid":false,"auditAction":"TRANSITION_REJECTED","tenantId":)");
  at = put_json_string(at, tenant_id);
  at = put(at, R"(,"sequence":)");
  record.head = slice(begin, at);
  auto tail = at;
  at = put(at, R"(,"eventTimestamp":")");
  auto event_time = at;
  at = wire::put_timestamp(at, entry.event_at, entry.fraction_digits);
  record.event_time = slice(event_time, at);
  at = put(at, R"(","reasonCode":)");
  if (entry.reason)
    put_value(record.reason, *entry.reason);
  else
    at = put(at, "null");
  at = put(at, flags_member(record.flags));
  *at++ = '}';
  record.tail = slice(tail, at);
  batch.text.append(begin, at);
  for (std::size_t i = 0; i < escapes; ++i) append_bare(batch.text, *escaped[i].where, true, escaped[i].value);
  batch.records.push_back(record);
}

void append_entry(draft_batch& batch, std::string_view tenant_id, const reconciled_entry& entry) {
  auto& out = batch.text;
  auto record = begin_record(out, tenant_id, record_kind::state_reconciled, entry.listed_at);
  record.verified = record.moved = true;
  bool agent_escaped = false, current_escaped = false;
  out += R"(,"agentId":)";
  record.agent = append_value(out, entry.agent_id, agent_escaped);
  out += R"(,"previousState":)";
  if (entry.previous)
    append_json_string(out, *entry.previous);
  else
    out += "null";
  out += R"(,"currentState":)";
  record.current = append_value(out, entry.listed, current_escaped);
  end_record(out, record);
  append_bare(out, record.agent, agent_escaped, entry.agent_id);
  append_bare(out, record.current, current_escaped, entry.listed);
  batch.records.push_back(record);
}

void append_entry(draft_batch& batch, std::string_view tenant_id, const monitoring_entry& entry) {
  auto& out = batch.text;
  auto kind = entry.started ? record_kind::monitoring_started : record_kind::monitoring_interrupted;
  auto record = begin_record(out, tenant_id, kind, entry.at);
  if (entry.slot) {
    out += R"(,"slot":)";
    append_decimal(out, std::uint64_t{*entry.slot});
  }
  out += R"(,"cause":)";
  append_json_string(out, entry.cause);
  if (entry.code) {
    out += R"(,"closeCode":)";
    append_decimal(out, std::uint64_t{*entry.code});
    out += R"(,"closeReason":)";
    append_json_string(out, entry.reason);
  }
  if (entry.last_received) {
    out += R"(,"lastReceived":)";
    append_time(out, *entry.last_received, 3);
  }
  if (entry.last_event) {
    out += R"(,"lastEventTimestamp":)";
    append_time(out, *entry.last_event, 3);
  }
  if (entry.last_record) {
    out += R"(,"lastRecord":)";
    append_time(out, *entry.last_record, 3);
  }
  out += R"(,"agentIds":)";
  append_texts(out, entry.agent_ids);
  end_record(out, record);
  batch.records.push_back(record);
}

void append_entry(draft_batch& batch, std::string_view tenant_id, const configuration_entry& entry) {
  auto& out = batch.text;
  auto record = begin_record(out, tenant_id, record_kind::configuration_changed, entry.at);
  if (entry.slot) {
    out += R"(,"slot":)";
    append_decimal(out, std::uint64_t{*entry.slot});
  }
  out += R"(,"keys":)";
  append_texts(out, entry.keys);
  if (entry.matrix) {
    out += R"(,"stateMatrix":{)";
    for (auto comma = ""; const auto& [from, targets] : *entry.matrix) {
      out += std::exchange(comma, ",");
      append_json_string(out, from);
      out += ':';
      append_texts(out, targets);
    }
    out += '}';
  }
  end_record(out, record);
  batch.records.push_back(record);
}

void append_entry(draft_batch& batch, std::string_view tenant_id, const checkpoint_entry& entry) {
  auto& out = batch.text;
  auto record = begin_record(out, tenant_id, record_kind::checkpoint_signed, entry.at);
  out += R"(,"checkpoint":)";
  out += entry.published;
  end_record(out, record);
  batch.records.push_back(record);
}

} // namespace floorwalker
