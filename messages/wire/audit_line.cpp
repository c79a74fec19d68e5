#include "messages/wire/audit_line.hpp"

#include "messages/wire/line_scanner.hpp"
#include "messages/wire/timestamp.hpp"

#include <fmt/format.h>

#include <array>
#include <limits>
#include <optional>
#include <utility>

namespace floorwalker::wire {
namespace {

/// Our members, as bits of entry_members::found.
enum member : std::uint16_t {
  timestamp_member = 1 << 0,
  agent_member = 1 << 1,
  previous_member = 1 << 2,
  current_member = 1 << 3,
  latency_member = 1 << 4,
  valid_member = 1 << 5,
  action_member = 1 << 6,
  tenant_member = 1 << 7,
  sequence_member = 1 << 8,
  event_time_member = 1 << 9,
  reason_member = 1 << 10,
  flags_member = 1 << 11
};

constexpr std::array<std::pair<std::string_view, member>, 12> members_by_name = {{
    {"timestamp", timestamp_member},
    {"agentId", agent_member},
    {"previousState", previous_member},
    {"currentState", current_member},
    {"latencyMs", latency_member},
    {"valid", valid_member},
    {"auditAction", action_member},
    {"tenantId", tenant_member},
    {"sequence", sequence_member},
    {"eventTimestamp", event_time_member},
    {"reasonCode", reason_member},
    {"flags", flags_member},
}};

constexpr std::uint16_t of_every_entry = timestamp_member | action_member | tenant_member | sequence_member;
constexpr std::uint16_t of_transitions = (1 << 12) - 1;
constexpr std::uint16_t of_reconciliations = of_every_entry | agent_member | previous_member | current_member;

struct entry_members {
  std::uint16_t found = 0; ///< of member
  bool valid = false;
  bool has_previous = false;
  bool has_reason = false;
  std::uint8_t flags = 0;
  std::int64_t latency_ms = 0;
  std::uint64_t sequence = 0;
  const char* sequence_begin = nullptr;
  const char* sequence_end = nullptr;
  string_token timestamp;
  string_token agent;
  string_token previous;
  string_token current;
  string_token action;
  string_token tenant;
  string_token event_time;
  string_token reason;
};

bool read_sequence(line_scanner& line, entry_members& entry) {
  entry.sequence_begin = line.at();
  if (!line.unsigned_integer(entry.sequence)) return false;
  entry.sequence_end = line.at();
  return true;
}

bool read_boolean(line_scanner& line, bool& value) {
  value = line.literal("true");
  return value || line.literal("false");
}

bool read_string_or_null(line_scanner& line, string_token& value, bool& is_there) {
  is_there = !line.literal("null");
  return !is_there || line.string(value);
}

std::uint8_t flag_named(std::string_view name) {
  if (name == "gap") return flag_gap;
  if (name == "out-of-order") return flag_out_of_order;
  if (name == "handover") return flag_handover;
  return 0;
}

bool read_flags(line_scanner& line, std::uint8_t& flags) {
  if (line.literal("[]")) return true;
  if (!line.literal("[")) return false;
  line.skip_space();
  if (line.literal("]")) return true;
  while (true) {
    string_token name;
    line.skip_space();
    if (!line.string(name)) return false;
    if (!name.escaped) flags |= flag_named(name.raw());
    line.skip_space();
    if (line.literal("]")) return true;
    if (!line.literal(",")) return false;
  }
}

/// A transition in the form in which ours are written, nearly every line of a trail: no member's name is looked up.
bool read_as_written(line_scanner line, entry_members& entry) {
  entry.found = of_transitions;
  return line.literal(R"({"timestamp":)") && line.string(entry.timestamp) && line.literal(R"(,"agentId":)") &&
         line.string(entry.agent) && line.literal(R"(,"previousState":)") && line.string(entry.previous) &&
         line.literal(R"(,"currentState":)") && line.string(entry.current) && line.literal(R"(,"latencyMs":)") &&
         line.signed_integer(entry.latency_ms) && line.literal(R"(,"valid":)") && read_boolean(line, entry.valid) &&
         line.literal(R"(,"auditAction":)") && line.string(entry.action) && line.literal(R"(,"tenantId":)") &&
         line.string(entry.tenant) && line.literal(R"(,"sequence":)") && read_sequence(line, entry) &&
         line.literal(R"(,"eventTimestamp":)") && line.string(entry.event_time) && line.literal(R"(,"reasonCode":)") &&
         read_string_or_null(line, entry.reason, entry.has_reason) && line.literal(R"(,"flags":)") &&
         read_flags(line, entry.flags) && line.literal("}") && line.at_end() && (entry.has_previous = true);
}

bool read_value(line_scanner& line, member which, entry_members& entry) {
  switch (which) {
  case timestamp_member:
    return line.string(entry.timestamp);
  case agent_member:
    return line.string(entry.agent);
  case previous_member:
    return read_string_or_null(line, entry.previous, entry.has_previous);
  case current_member:
    return line.string(entry.current);
  case latency_member:
    return line.signed_integer(entry.latency_ms);
  case valid_member:
    return read_boolean(line, entry.valid);
  case action_member:
    return line.string(entry.action);
  case tenant_member:
    return line.string(entry.tenant);
  case sequence_member:
    return read_sequence(line, entry) && entry.sequence > 0;
  case event_time_member:
    return line.string(entry.event_time);
  case reason_member:
    return read_string_or_null(line, entry.reason, entry.has_reason);
  case flags_member:
    return read_flags(line, entry.flags);
  }
  return false;
}

/// None: not ours.
std::optional<member> member_named(const string_token& name) {
  std::string unescaped;
  auto text = name.raw();
  if (name.escaped) {
    append_unescaped(unescaped, name);
    text = unescaped;
  }
  for (const auto& [known, which] : members_by_name)
    if (text == known) return which;
  return std::nullopt;
}

std::string_view name_of(member which) {
  for (const auto& [name, known] : members_by_name)
    if (known == which) return name;
  return "";
}

/// Members in any order, among others. Answers what is wrong.
std::string read_members(line_scanner line, entry_members& entry) {
  constexpr auto no_object = "it is no JSON object";
  line.skip_space();
  if (!line.literal("{")) return no_object;
  while (true) {
    string_token name;
    line.skip_space();
    if (!line.string(name)) return no_object;
    line.skip_space();
    if (!line.literal(":")) return no_object;
    line.skip_space();
    if (auto which = member_named(name)) {
      if (entry.found & *which) return fmt::format("{} stands there twice", name_of(*which));
      entry.found |= *which;
      if (!read_value(line, *which, entry)) return fmt::format("{} is not what it should be", name_of(*which));
    } else if (!line.any_value()) {
      return no_object;
    }
    line.skip_space();
    if (line.literal("}")) break;
    if (!line.literal(",")) return no_object;
  }
  line.skip_space();
  return line.at_end() ? "" : no_object;
}

/// None: an action that is not ours.
std::optional<record_kind> kind_of(const string_token& action) {
  if (action.escaped) return std::nullopt;
  auto name = action.raw();
  if (name == "STATE_UPDATE_VERIFIED" || name == "TRANSITION_REJECTED") return record_kind::transition;
  if (name == "STATE_RECONCILED") return record_kind::state_reconciled;
  if (name == "MONITORING_STARTED") return record_kind::monitoring_started;
  if (name == "MONITORING_INTERRUPTED") return record_kind::monitoring_interrupted;
  if (name == "CONFIGURATION_CHANGED") return record_kind::configuration_changed;
  if (name == "CHECKPOINT_SIGNED") return record_kind::checkpoint_signed;
  return std::nullopt;
}

std::uint16_t members_of(record_kind kind) {
  switch (kind) {
  case record_kind::transition:
    return of_transitions;
  case record_kind::state_reconciled:
    return of_reconciliations;
  default:
    return of_every_entry;
  }
}

std::string flaw_of(const entry_members& entry, std::optional<record_kind> kind) {
  if (!(entry.found & action_member)) return "auditAction is missing";
  if (!kind) return "auditAction is none that this version knows";
  for (const auto& [name, which] : members_by_name)
    if (members_of(*kind) & ~entry.found & which) return fmt::format("{} is missing", name);
  if (kind != record_kind::transition) return "";
  if (!entry.has_previous) return "previousState is null";
  if (entry.valid != (entry.action.raw() == "STATE_UPDATE_VERIFIED")) return "valid contradicts auditAction";
  return "";
}

/// A token to stand in the batch's text: `offset` is where the line begins there.
text_slice slice_of(const string_token& token, std::string_view line, std::uint32_t offset) {
  return {offset + static_cast<std::uint32_t>(token.begin - line.data()), token.size};
}

text_slice value_of(const string_token& token, std::string_view line, std::uint32_t offset, std::string& text) {
  if (!token.escaped) return slice_of(token, line, offset);
  auto begin = text.size();
  append_unescaped(text, token);
  return {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(text.size() - begin)};
}

} // namespace

parsed_audit_line append_audit_line(draft_batch& batch, std::string_view line) {
  auto refused = [](std::string problem) { return parsed_audit_line{0, std::move(problem)}; };
  // The unescaped values are shorter than the line that holds them.
  if (line.size() * 2 > std::numeric_limits<std::uint32_t>::max() - batch.text.size())
    return refused("the batch can't hold it");
  entry_members entry;
  if (!read_as_written(line_scanner{line}, entry) || entry.sequence == 0) {
    entry = {};
    if (auto problem = read_members(line_scanner{line}, entry); !problem.empty()) return refused(std::move(problem));
  }
  auto kind = kind_of(entry.action);
  if (auto flaw = flaw_of(entry, kind); !flaw.empty()) return refused(std::move(flaw));
  auto received = parse_timestamp(entry.timestamp.raw());
  if (!received) return refused("timestamp is no time");
  if (kind == record_kind::transition && !parse_timestamp(entry.event_time.raw()))
    return refused("eventTimestamp is no time");

  auto& text = batch.text;
  auto offset = static_cast<std::uint32_t>(text.size());
  text += line;
  record_draft record;
  record.kind = *kind;
  record.received_at = received->at;
  auto digits = static_cast<std::uint32_t>(entry.sequence_begin - line.data());
  auto behind = static_cast<std::uint32_t>(entry.sequence_end - line.data());
  record.head = {offset, digits};
  record.tail = {offset + behind, static_cast<std::uint32_t>(line.size()) - behind};
  if (kind == record_kind::transition) {
    record.flags = entry.flags;
    record.valid = entry.valid;
    record.has_reason = entry.has_reason;
    record.moved = (entry.flags & flag_out_of_order) == 0;
    record.verified = record.moved && record.valid;
    record.latency_ms = entry.latency_ms;
    record.event_time = slice_of(entry.event_time, line, offset);
    record.agent = value_of(entry.agent, line, offset, text);
    record.previous = value_of(entry.previous, line, offset, text);
    record.current = value_of(entry.current, line, offset, text);
    if (entry.has_reason) record.reason = value_of(entry.reason, line, offset, text);
  } else if (kind == record_kind::state_reconciled) {
    record.verified = record.moved = true;
    record.agent = value_of(entry.agent, line, offset, text);
    record.current = value_of(entry.current, line, offset, text);
  }
  batch.records.push_back(record);
  return {entry.sequence, {}};
}

std::optional<transition_glance> glance_at_transition(std::string_view line) {
  line_scanner at{line};
  string_token timestamp, tenant;
  transition_glance seen;
  bool read = at.literal(R"({"timestamp":)") && at.string(timestamp) && at.literal(R"(,"agentId":)") &&
              at.string(seen.agent) && at.literal(R"(,"previousState":)") && at.string(seen.previous) &&
              at.literal(R"(,"currentState":)") && at.string(seen.current) && at.literal(R"(,"latencyMs":)") &&
              at.signed_integer(seen.latency_ms) && at.literal(R"(,"valid":)") && read_boolean(at, seen.valid) &&
              (seen.valid ? at.literal(R"(,"auditAction":"STATE_UPDATE_VERIFIED","tenantId":)")
                          : at.literal(R"(,"auditAction":"TRANSITION_REJECTED","tenantId":)")) &&
              at.string(tenant) && at.literal(R"(,"sequence":)") && at.unsigned_integer(seen.sequence);
  return read ? std::optional{seen} : std::nullopt;
}

} // namespace floorwalker::wire
