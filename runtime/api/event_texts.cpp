#include "runtime/api/event_texts.hpp"

#include "messages/json_text.hpp"
#include "messages/wire/timestamp.hpp"
#include "runtime/api/event_id.hpp"

namespace floorwalker {
namespace {

void append_time_and_condition(std::string& out, const tenant_board& board, utc_time now) {
  out += R"("serverTime":")";
  wire::append_timestamp(out, now, 3);
  out += R"(","condition":")";
  out += to_text(board.condition().condition);
  out += '"';
}

/// To the microsecond: a batch is judged in a few.
void append_stamp(std::string& out, std::optional<utc_time> at) {
  if (!at) {
    out += "null";
    return;
  }
  out += '"';
  wire::append_timestamp(out, *at, 6);
  out += '"';
}

} // namespace

void append_event(std::string& out, const trail_cursor& id, std::string_view name, std::string_view data) {
  out += "id: ";
  append_event_id(out, id);
  out += "\nevent: ";
  out += name;
  out += "\ndata: ";
  out += data;
  out += "\n\n";
}

std::string transition_json(const committed_batch& batch, std::size_t record, const agent_status& after) {
  const auto& draft = batch.drafts->records[record];
  std::string_view text = batch.drafts->text;
  std::string out = R"({"sequence":)";
  append_decimal(out, batch.positions[record].sequence);
  out += R"(,"agentId":)";
  append_json_string(out, draft.agent.in(text));
  out += R"(,"previousState":)";
  append_json_string(out, draft.previous.in(text));
  out += R"(,"currentState":)";
  append_json_string(out, draft.current.in(text));
  out += R"(,"latencyMs":)";
  append_decimal(out, draft.latency_ms);
  out += draft.valid ? R"(,"valid":true)" : R"(,"valid":false)";
  out += flags_member(draft.flags);
  out += R"(,"agent":)";
  out += to_json(after);
  out += '}';
  return out;
}

std::string trace_json(const committed_batch& batch, std::size_t record, const trace_stamps& stamps) {
  const auto& draft = batch.drafts->records[record];
  std::string_view text = batch.drafts->text;
  std::string out = R"({"sequence":)";
  append_decimal(out, batch.positions[record].sequence);
  out += R"(,"agentId":)";
  append_json_string(out, draft.agent.in(text));
  out += R"(,"eventTimestamp":)";
  append_json_string(out, draft.event_time.in(text));
  out += R"(,"received":)";
  append_stamp(out, draft.received_at);
  out += R"(,"judged":)";
  append_stamp(out, batch.drafts->judged_at);
  out += R"(,"journaled":)";
  append_stamp(out, stamps.journaled);
  out += R"(,"delivered":)";
  append_stamp(out, stamps.delivered);
  out += '}';
  return out;
}

std::string agent_json(const agent_status& status) { return R"({"agent":)" + to_json(status) + '}'; }

std::string gone_json(std::string_view agent_id) {
  std::string out = R"({"gone":)";
  append_json_string(out, agent_id);
  out += '}';
  return out;
}

std::string alert_json(const alert_status& alert) { return R"({"alert":)" + to_json(alert) + '}'; }

std::string conflated_json(std::uint64_t events) {
  std::string out = R"({"conflated":)";
  append_decimal(out, events);
  out += '}';
  return out;
}

std::string metrics_json(const tenant_board& board, utc_time now) {
  const auto& figures = *board.figures();
  std::string out = "{";
  append_time_and_condition(out, board, now);
  out += R"(,"metrics":)";
  out += to_json(figures.metrics);
  out += R"(,"perSecond":)";
  append_number(out, figures.per_second, 1);
  out += R"(,"staleAgents":)";
  append_decimal(out, figures.stale_agents);
  out += '}';
  return out;
}

std::string snapshot_json(const tenant_board& board, const stream_filter& filter, utc_time now) {
  std::string out = R"({"tenant":)";
  append_json_string(out, board.name());
  out += R"(,"epoch":")";
  append_decimal(out, board.epoch());
  out += R"(","sequence":)";
  append_decimal(out, board.sequence());
  out += ',';
  append_time_and_condition(out, board, now);
  out += R"(,"agents":[)";
  auto first = true;
  board.visit({}, [&](const live_row& row) {
    if (!filter.concerns(row.key(), row.status.team())) return true;
    if (!first) out += ',';
    first = false;
    out += to_json(row.status);
    return true;
  });
  out += R"(],"metrics":)";
  out += to_json(board.figures() ? board.figures()->metrics : system_metrics{});
  out += R"(,"alerts":[)";
  first = true;
  for (const auto& alert : board.alerts()) {
    if (!first) out += ',';
    first = false;
    out += to_json(alert);
  }
  out += "]}";
  return out;
}

const std::string& change_texts::of(std::size_t i) {
  auto& text = texts_[i];
  if (!text.empty()) return text;
  const auto& change = update_.changes[i];
  trail_cursor id{update_.epoch, change.sequence};
  if (is_transition(i))
    append_event(text, id, "transition", transition_json(*update_.batch, change.record, change.row->status));
  else if (change.gone)
    append_event(text, id, "agent", gone_json(change.row->status.agent_id()));
  else
    append_event(text, id, "agent", agent_json(change.row->status));
  return text;
}

} // namespace floorwalker
