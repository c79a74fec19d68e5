#include "messages/journal_records.hpp"

#include "messages/json_text.hpp"

namespace floorwalker {

std::string_view audit_action(record_kind kind, bool valid) {
  switch (kind) {
  case record_kind::transition:
    return valid ? "STATE_UPDATE_VERIFIED" : "TRANSITION_REJECTED";
  case record_kind::state_reconciled:
    return "STATE_RECONCILED";
  case record_kind::monitoring_started:
    return "MONITORING_STARTED";
  case record_kind::monitoring_interrupted:
    return "MONITORING_INTERRUPTED";
  case record_kind::configuration_changed:
    return "CONFIGURATION_CHANGED";
  case record_kind::checkpoint_signed:
    return "CHECKPOINT_SIGNED";
  }
  return {};
}

std::string_view flags_member(std::uint8_t flags) {
  static_assert(flag_gap == 1 && flag_out_of_order == 2 && flag_handover == 4);
  static constexpr std::string_view members[] = {
      R"(,"flags":[])",
      R"(,"flags":["gap"])",
      R"(,"flags":["out-of-order"])",
      R"(,"flags":["gap","out-of-order"])",
      R"(,"flags":["handover"])",
      R"(,"flags":["gap","handover"])",
      R"(,"flags":["out-of-order","handover"])",
      R"(,"flags":["gap","out-of-order","handover"])",
  };
  return members[flags & 7];
}

void append_dashboard_update(std::string& out, const committed_batch& batch, std::size_t index,
                             bool with_verification) {
  const auto& record = batch.drafts->records[index];
  const auto& position = batch.positions[index];
  std::string_view text = batch.drafts->text;
  out += R"({"agentId":)";
  append_json_string(out, record.agent.in(text));
  out += R"(,"status":)";
  append_json_string(out, record.current.in(text));
  out += R"(,"latency":)";
  append_decimal(out, record.latency_ms);
  out += R"(,"accuracyRate":)";
  append_number(out, 100.0 * static_cast<double>(position.valid_total) / static_cast<double>(position.total), 4);
  out += R"(,"tenantId":)";
  append_json_string(out, *batch.tenant);
  out += R"(,"previousStatus":)";
  append_json_string(out, record.previous.in(text));
  out += R"(,"reason":)";
  if (record.has_reason)
    append_json_string(out, record.reason.in(text));
  else
    out += "null";
  out += R"(,"lastUpdated":")";
  out += record.event_time.in(text);
  out += R"(","sequence":)";
  append_decimal(out, position.sequence);
  if (with_verification) out += record.valid ? R"(,"verified":true)" : R"(,"verified":false)";
  out += '}';
}

} // namespace floorwalker
