#include "runtime/client/status_report.hpp"

#include "messages/figures.hpp"
#include "messages/wire/json_members.hpp"
#include "messages/wire/timestamp.hpp"
#include "runtime/outlets/live_screen.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace floorwalker {
namespace {

namespace json = boost::json;

constexpr std::string_view unknown_state = "unknown";

void append_row(std::string& out, std::string_view label, std::string_view value) {
  out += fmt::format("  {:<10} {}\n", label, printable(value));
}

std::string agents_words(const tenant_overview& tenant) {
  std::vector<std::pair<std::string, std::size_t>> most{tenant.agents_by_state.begin(), tenant.agents_by_state.end()};
  std::ranges::stable_sort(most, [](const auto& a, const auto& b) { return a.second > b.second; });
  auto text = grouped(tenant.agents);
  std::string_view before = ": ";
  for (const auto& [state, agents] : most) {
    text += fmt::format("{}{} {}", before, grouped(agents), state);
    before = ", ";
  }
  return text;
}

std::string accuracy_words(const watch_figures& figures) {
  if (!figures.accuracy_percent) return "no transition yet";
  return fmt::format("{:.2f} %: {} of {} transitions unauthorized", *figures.accuracy_percent,
                     grouped(figures.unauthorized), grouped(figures.processed));
}

void append_overview(std::string& out, const tenant_overview& tenant) {
  auto figures = read_figures(tenant.metrics);
  out += fmt::format("{}: {}\n", printable(tenant.name()), printable(wire::text_of_member(tenant.tenant, "condition")));
  if (auto sentence = wire::text_of_member(tenant.tenant, "sentence"); !sentence.empty())
    append_row(out, "why", sentence);
  append_row(out, "agents", agents_words(tenant));
  append_row(out, "stale", grouped(tenant.stale_agents));
  append_row(out, "accuracy", accuracy_words(figures));
  append_row(out, "listeners", fmt::format("{} of {} active", figures.listeners_active, figures.listeners));
  append_row(out, "alerts", tenant.alerts.empty() ? "none fires" : fmt::format("{} firing", tenant.alerts.size()));
  for (const auto& alert : tenant.alerts)
    if (alert.is_object()) append_row(out, "", wire::text_of_member(alert.get_object(), "sentence"));
}

} // namespace

std::string tenant_overview::name() const { return std::string{wire::text_of_member(tenant, "name")}; }

void tenant_overview::count(const watched_agent& agent) {
  ++agents;
  if (agent.stale) ++stale_agents;
  ++agents_by_state[shown_state(agent).empty() ? std::string{unknown_state} : shown_state(agent)];
}

std::string overview_text(const std::vector<tenant_overview>& tenants) {
  if (tenants.empty()) return "no tenant that the token may see\n";
  std::string out;
  for (const auto& tenant : tenants) {
    if (!out.empty()) out += '\n';
    append_overview(out, tenant);
  }
  return out;
}

std::string overview_json(const std::vector<tenant_overview>& tenants) {
  json::array all;
  for (const auto& each : tenants) {
    auto object = each.tenant;
    json::object by_state;
    for (const auto& [state, agents] : each.agents_by_state) by_state[state] = agents;
    object["agents"] = json::object{{"total", each.agents}, {"stale", each.stale_agents}, {"byState", by_state}};
    object["metrics"] = each.metrics;
    object["alerts"] = each.alerts;
    all.push_back(std::move(object));
  }
  json::object whole;
  whole["tenants"] = std::move(all);
  return json::serialize(whole) + '\n';
}

std::string agent_text(const watched_agent& agent, utc_time now) {
  auto out = fmt::format("{}\n", printable(shown_name(agent)));
  append_row(out, "agent", agent.id);
  append_row(out, "tenant", agent.tenant);
  append_row(out, "team", agent.team.empty() ? "-" : agent.team);
  append_row(out, "state", shown_state(agent).empty() ? std::string{unknown_state} : shown_state(agent));
  append_row(out, "reason", agent.reason.empty() ? "-" : agent.reason);
  auto from = in_state_from(agent);
  append_row(out, "for",
             from ? fmt::format("{} ({} {})", time_in_state_text(agent, now), agent.since ? "since" : "known since",
                                wire::to_text(*from))
                  : "-");
  auto remarks = remarks_on(agent);
  append_row(out, "remarks", remarks.empty() ? "none" : remarks);
  return out;
}

std::string percent_encoded(std::string_view text) {
  std::string out;
  for (char c : text) {
    auto plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                 std::string_view{"-._~"}.find(c) != std::string_view::npos;
    if (plain)
      out += c;
    else
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

} // namespace floorwalker
