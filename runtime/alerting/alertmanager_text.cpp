#include "runtime/alerting/alertmanager_text.hpp"

#include "messages/json_text.hpp"
#include "messages/wire/timestamp.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace floorwalker {
namespace {

constexpr std::array<std::string_view, 5> critical_kinds{"listeners-lost", "listener-stopped", "credentials",
                                                         "audit-unavailable", "audit-damaged"};

void append_member(std::string& out, std::string_view name, std::string_view value) {
  append_json_string(out, name);
  out += ':';
  append_json_string(out, value);
}

void append_time(std::string& out, std::string_view name, utc_time at) {
  append_json_string(out, name);
  out += ":\"";
  wire::append_timestamp(out, at, 3);
  out += '"';
}

void append_alert(std::string& out, const alertmanager_alert& one, const alertmanager_origin& origin) {
  const auto& alert = *one.alert;
  std::map<std::string_view, std::string_view> labels{
      {"alertname", alert.kind}, {"node", origin.node}, {"severity", severity_of(alert.kind)}, {"tenant", *one.tenant}};
  for (const auto& [name, value] : alert.labels) labels.emplace(name, value);
  out += R"({"labels":{)";
  auto first = true;
  for (const auto& [name, value] : labels) {
    if (value.empty()) continue; // to Alertmanager a label without a value is none
    if (!first) out += ',';
    first = false;
    append_member(out, name, value);
  }
  out += R"(},"annotations":{)";
  append_member(out, "summary", alert.sentence);
  out += ',';
  append_member(out, "description", alert.advice);
  out += "},";
  auto starts_at = alert.firing_since.value_or(alert.since);
  append_time(out, "startsAt", starts_at);
  out += ',';
  append_time(out, "endsAt", std::max(one.ends_at, starts_at)); // an end before the start is refused
  if (!origin.wallboard.empty()) {
    out += ',';
    append_member(out, "generatorURL", origin.wallboard);
  }
  out += '}';
}

} // namespace

std::string_view severity_of(std::string_view alert_kind) {
  return std::ranges::count(critical_kinds, alert_kind) > 0 ? "critical" : "warning";
}

std::string alertmanager_text(const std::vector<alertmanager_alert>& alerts, const alertmanager_origin& origin) {
  std::string out = "[";
  for (const auto& each : alerts) {
    if (out.size() > 1) out += ',';
    append_alert(out, each, origin);
  }
  out += ']';
  return out;
}

} // namespace floorwalker
