#include "messages/alert_status.hpp"

#include "messages/json_text.hpp"
#include "messages/wire/timestamp.hpp"

namespace floorwalker {
namespace {

void append_time(std::string& out, utc_time at) {
  out += '"';
  wire::append_timestamp(out, at, 3);
  out += '"';
}

void append_time_or_null(std::string& out, const std::optional<utc_time>& at) {
  if (at)
    append_time(out, *at);
  else
    out += "null";
}

} // namespace

std::string_view to_text(alert_state state) {
  switch (state) {
  case alert_state::pending:
    return "pending";
  case alert_state::firing:
    return "firing";
  case alert_state::resolved:
    return "resolved";
  }
  return "unknown";
}

std::string to_json(const alert_status& alert) {
  std::string out = R"({"id":)";
  append_json_string(out, alert.id);
  out += R"(,"kind":)";
  append_json_string(out, alert.kind);
  out += R"(,"state":")";
  out += to_text(alert.state);
  out += R"(","labels":{)";
  auto first = true;
  for (auto& [name, value] : alert.labels) {
    if (!first) out += ',';
    first = false;
    append_json_string(out, name);
    out += ':';
    append_json_string(out, value);
  }
  out += R"(},"value":)";
  if (alert.value)
    append_number(out, *alert.value, 4);
  else
    out += "null";
  out += R"(,"sentence":)";
  append_json_string(out, alert.sentence);
  out += R"(,"advice":)";
  append_json_string(out, alert.advice);
  out += R"(,"since":)";
  append_time(out, alert.since);
  out += R"(,"firingSince":)";
  append_time_or_null(out, alert.firing_since);
  out += R"(,"resolvedAt":)";
  append_time_or_null(out, alert.resolved_at);
  out += alert.silenced ? R"(,"silenced":true})" : R"(,"silenced":false})";
  return out;
}

} // namespace floorwalker
