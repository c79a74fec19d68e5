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

void append_flags(std::string& out, std::uint8_t flags) {
  out += R"(,"flags":[)";
  auto first = true;
  auto add = [&](std::uint8_t flag, std::string_view text) {
    if (!(flags & flag)) return;
    if (!first) out += ',';
    first = false;
    out += text;
  };
  add(flag_gap, R"("gap")");
  add(flag_out_of_order, R"("out-of-order")");
  add(flag_handover, R"("handover")");
  out += ']';
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
