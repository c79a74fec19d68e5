#include "runtime/postgres/record_rows.hpp"

#include "messages/wire/timestamp.hpp"

#include <boost/json/parse.hpp>

#include <array>
#include <cstddef>

namespace floorwalker::postgres {
namespace {

using namespace std::string_view_literals;

constexpr std::int16_t column_count = 15;

constexpr std::array<value_type, column_count> types{
    value_type::text,        value_type::text,    value_type::bigint, value_type::bigint, value_type::timestamptz,
    value_type::timestamptz, value_type::text,    value_type::text,   value_type::text,   value_type::text,
    value_type::bigint,      value_type::boolean, value_type::text,   value_type::text,   value_type::jsonb};

constexpr std::array<std::string_view, 3> flag_names{"gap", "out-of-order", "handover"};

/// As the text of an array, which the statement casts: an array of arrays can't be taken apart row by row.
std::string flags_as_text(std::uint8_t bits) {
  std::string text = "{";
  for (std::size_t i = 0; i < flag_names.size(); ++i)
    if (bits >> i & 1U) text.append(text.size() > 1 ? "," : "").append(flag_names[i]);
  return text += '}';
}

std::string flags_as_array(std::uint8_t bits) {
  array_parameter flags{value_type::text};
  for (std::size_t i = 0; i < flag_names.size(); ++i)
    if (bits >> i & 1U) flags.add(flag_names[i]);
  return std::string{flags.bytes()};
}

/// All eight sets of flags, so that none is written twice.
std::array<std::string, 8> all_flags(std::string (*form)(std::uint8_t)) {
  std::array<std::string, 8> all;
  for (std::uint8_t bits = 0; bits < all.size(); ++bits) all[bits] = form(bits);
  return all;
}

/// The JSON escape of the zero character, which neither jsonb nor text can hold. An escaped backslash in front makes it
/// six plain characters.
bool holds_zero_character(std::string_view json) {
  constexpr auto escape = "\\u0000"sv;
  for (auto at = json.find(escape); at != std::string_view::npos; at = json.find(escape, at + 1)) {
    std::size_t backslashes = 0;
    while (backslashes < at && json[at - 1 - backslashes] == '\\') ++backslashes;
    if (backslashes % 2 == 0) return true;
  }
  return false;
}

std::optional<std::string_view> unless_empty(std::string_view text) {
  return text.empty() ? std::nullopt : std::optional{text};
}

/// The state that an agent had before a listing said another: it stands in the entry only. Such records are rare.
std::string state_before_listing(std::string_view entry) {
  boost::system::error_code error;
  auto value = boost::json::parse({entry.data(), entry.size()}, error);
  if (error || !value.is_object()) return {};
  auto* state = value.get_object().if_contains("previousState");
  return state && state->is_string() ? std::string{state->get_string()} : std::string{};
}

template <class Value>
void append_optional(std::string& out, const std::optional<Value>& value) {
  if (value)
    append_value(out, *value);
  else
    append_null(out);
}

template <class Value>
void add_optional(array_parameter& to, const std::optional<Value>& value) {
  if (value)
    to.add(*value);
  else
    to.add_null();
}

} // namespace

std::string unstorable(const delivered_record& record) {
  if (holds_zero_character(record.line)) return "PostgreSQL can't store the character \\u0000";
  return {};
}

void fill(table_row& row, const delivered_record& record) {
  auto& draft = record.draft();
  auto transition = draft.kind == record_kind::transition;
  row.tenant = record.tenant();
  row.node = record.node();
  row.epoch = static_cast<std::int64_t>(record.epoch());
  row.sequence = static_cast<std::int64_t>(record.sequence());
  row.received_at = microseconds_of(draft.received_at);
  row.event_at.reset();
  if (auto at = wire::parse_timestamp(record.value(draft.event_time))) row.event_at = microseconds_of(at->at);
  row.agent_id = unless_empty(record.value(draft.agent));
  row.previous_state = unless_empty(record.value(draft.previous));
  if (draft.kind == record_kind::state_reconciled && !row.previous_state) {
    row.listed_before = state_before_listing(record.line);
    row.previous_state = unless_empty(row.listed_before);
  }
  row.current_state = unless_empty(record.value(draft.current));
  row.reason = draft.has_reason ? std::optional{record.value(draft.reason)} : std::nullopt;
  row.latency_ms = transition ? std::optional{draft.latency_ms} : std::nullopt;
  row.valid = transition ? std::optional{draft.valid} : std::nullopt;
  row.audit_action = audit_action(draft.kind, draft.valid);
  row.flags = draft.flags & 7U;
  row.entry = record.line;
}

void copied_rows::clear() {
  bytes_ = "PGCOPY\n\377\r\n\0"sv;
  append_number(bytes_, std::int32_t{0}); // flags
  append_number(bytes_, std::int32_t{0}); // nothing more of a header
  ended_ = false;
}

void copied_rows::add(const table_row& row) {
  static const auto flag_arrays = all_flags(&flags_as_array);
  append_number(bytes_, column_count);
  append_value(bytes_, row.tenant);
  append_value(bytes_, row.node);
  append_value(bytes_, row.epoch);
  append_value(bytes_, row.sequence);
  append_value(bytes_, row.received_at);
  append_optional(bytes_, row.event_at);
  append_optional(bytes_, row.agent_id);
  append_optional(bytes_, row.previous_state);
  append_optional(bytes_, row.current_state);
  append_optional(bytes_, row.reason);
  append_optional(bytes_, row.latency_ms);
  append_optional(bytes_, row.valid);
  append_value(bytes_, row.audit_action);
  append_value(bytes_, std::string_view{flag_arrays[row.flags]});
  append_jsonb(bytes_, row.entry);
}

std::string_view copied_rows::bytes() {
  if (!ended_) append_number(bytes_, std::int16_t{-1});
  ended_ = true;
  return bytes_;
}

row_arrays::row_arrays() {
  for (auto type : types) columns_.emplace_back(type);
}

void row_arrays::clear() {
  for (auto& each : columns_) each.clear();
}

void row_arrays::add(const table_row& row) {
  static const auto flag_texts = all_flags(&flags_as_text);
  auto column = columns_.begin();
  (column++)->add(row.tenant);
  (column++)->add(row.node);
  (column++)->add(row.epoch);
  (column++)->add(row.sequence);
  (column++)->add(row.received_at);
  add_optional(*column++, row.event_at);
  add_optional(*column++, row.agent_id);
  add_optional(*column++, row.previous_state);
  add_optional(*column++, row.current_state);
  add_optional(*column++, row.reason);
  add_optional(*column++, row.latency_ms);
  add_optional(*column++, row.valid);
  (column++)->add(row.audit_action);
  (column++)->add(std::string_view{flag_texts[row.flags]});
  (column++)->add(row.entry);
}

} // namespace floorwalker::postgres
