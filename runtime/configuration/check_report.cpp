#include "runtime/configuration/check_report.hpp"

#include "runtime/configuration/listener_plan.hpp"
#include "runtime/configuration/receiver_reader.hpp"
#include "runtime/configuration/sink_reader.hpp"
#include "runtime/configuration/text_forms.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <ostream>

namespace floorwalker {
namespace {

namespace json = boost::json;

/// Files that the process has open besides its listeners: standard streams, libraries, HTTP clients, sinks.
constexpr std::uint64_t other_files = 64;

/// Listeners open at the same time at most, hand-overs included.
std::uint64_t most_listeners(const tenant_settings& tenant) {
  auto plan = plan_listeners(tenant);
  return plan.slots ? std::min(*plan.slots + tenant.limits.connects_in_flight, plan.places) : plan.places;
}

std::uint64_t files_needed(const node_configuration& configuration) {
  auto needed = other_files;
  for (auto& tenant : configuration.tenants) needed += most_listeners(tenant);
  return needed;
}

std::string plural(std::uint64_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::string agents_sentence(const tenant_settings& tenant) {
  auto plan = plan_listeners(tenant);
  if (!plan.slots)
    return fmt::format("all agents that the platform lists, at most {} in {}", plan.room,
                       plural(plan.places, "listener"));
  auto free = plan.places - std::min(*plan.slots, plan.places);
  return fmt::format("{} in {} of up to {}, {} free for hand-over", plural(*plan.agents, "agent"),
                     plural(*plan.slots, "listener"), tenant.limits.agents_per_subscription,
                     free == 1 ? "1 place" : fmt::format("{} places", free));
}

std::string secret_source(const tenant_settings& tenant) {
  return tenant.client_secret_file.empty() ? "variable " + tenant.client_secret_env
                                           : "file " + tenant.client_secret_file;
}

/// Where the wallboard and the API would be, and what guards them.
std::string http_sentence(const http_settings& http) {
  auto listen = parse_listen_address(http.listen);
  if (!listen) return "http: no floorwalker.http.listen, so neither wallboard nor API";
  return fmt::format("http at {}{}: {}, {}", http.listen, listen->port == 0 ? " (a port that the system picks)" : "",
                     http.tls_certificate.empty() ? "no TLS" : "TLS with " + http.tls_certificate,
                     http.tokens_file.empty() ? "no tokens" : "tokens of " + http.tokens_file);
}

void print_summary(const node_configuration& configuration, const open_file_limits& limits, std::ostream& out) {
  out << "node " << configuration.node.name << ", data in " << configuration.node.data_dir << '\n';
  out << http_sentence(configuration.http) << '\n';
  for (auto& tenant : configuration.tenants) {
    out << "tenant " << tenant.name << '\n';
    out << "  platform  " << tenant.base_url << (tenant.proxy.empty() ? "" : " through " + tenant.proxy) << '\n';
    out << "  client    " << tenant.client_id << " of " << tenant.tenant_id << ", secret in " << secret_source(tenant)
        << '\n';
    out << "  agents    " << agents_sentence(tenant) << '\n';
    out << "  states    " << tenant.transitions.size() << '\n';
  }
  for (auto& sink : configuration.sinks)
    out << "sink " << sink.name << ": " << type_word(sink.type) << ", "
        << (sink.records == sink_records::audit ? "audit entries" : "dashboard updates") << '\n';
  for (auto& receiver : configuration.alerting)
    out << "alerts to " << receiver.name << ": " << type_word(receiver.type) << '\n';
  out << "open files: up to " << files_needed(configuration) << " needed, limit " << limits.soft
      << " (may be raised to " << limits.hard << ")\n";
}

json::value or_null(std::optional<std::uint64_t> count) { return count ? json::value(*count) : json::value(nullptr); }

json::value http_json(const http_settings& http) {
  if (http.listen.empty()) return nullptr;
  return json::object{
      {"listen", http.listen}, {"tls", !http.tls_certificate.empty()}, {"tokens", !http.tokens_file.empty()}};
}

json::object tenant_json(const tenant_settings& tenant) {
  auto plan = plan_listeners(tenant);
  json::object object;
  object["name"] = tenant.name;
  object["baseUrl"] = tenant.base_url;
  object["tenantId"] = tenant.tenant_id;
  object["clientId"] = tenant.client_id;
  object["allAgents"] = tenant.all_agents;
  object["agents"] = or_null(plan.agents);
  object["slots"] = or_null(plan.slots);
  object["maxListeners"] = plan.places;
  object["freePlaces"] =
      plan.slots ? json::value(plan.places - std::min(*plan.slots, plan.places)) : json::value(nullptr);
  object["states"] = tenant.transitions.size();
  return object;
}

json::object report_json(const configuration_result& result, const std::vector<std::string>& warnings,
                         const open_file_limits& limits) {
  json::array problems;
  for (auto& problem : result.problems)
    problems.push_back(json::object{{"where", problem.where}, {"what", problem.what}});
  json::array tenants;
  json::array sinks;
  json::array receivers;
  if (result.problems.empty()) {
    for (auto& tenant : result.configuration.tenants) tenants.push_back(tenant_json(tenant));
    for (auto& sink : result.configuration.sinks)
      sinks.push_back(json::object{{"name", sink.name},
                                   {"type", type_word(sink.type)},
                                   {"records", sink.records == sink_records::audit ? "audit" : "dashboard"}});
    for (auto& receiver : result.configuration.alerting)
      receivers.push_back(json::object{{"name", receiver.name}, {"type", type_word(receiver.type)}});
  }
  json::object report;
  report["valid"] = result.problems.empty();
  report["problems"] = std::move(problems);
  report["warnings"] = json::array(warnings.begin(), warnings.end());
  report["http"] = result.problems.empty() ? http_json(result.configuration.http) : nullptr;
  report["tenants"] = std::move(tenants);
  report["sinks"] = std::move(sinks);
  report["alerting"] = std::move(receivers);
  report["openFiles"] = json::object{
      {"needed", files_needed(result.configuration)}, {"softLimit", limits.soft}, {"hardLimit", limits.hard}};
  return report;
}

} // namespace

void print_problems(const configuration_result& result, std::ostream& err) {
  for (auto& problem : result.problems) err << problem.to_line() << '\n';
}

std::vector<std::string> all_warnings(const configuration_result& result, const open_file_limits& limits) {
  auto warnings = result.warnings;
  for (auto& tenant : result.configuration.tenants)
    if (auto plan = plan_listeners(tenant); plan.lacks_free_place() && *plan.slots == plan.places)
      warnings.push_back(fmt::format("floorwalker.tenants.{}: all {} are in use, none is free for hand-over: each "
                                     "renewal of a listener is an interruption",
                                     tenant.name, plural(plan.places, "listener place")));
  if (auto needed = files_needed(result.configuration); limits.hard != 0 && needed > limits.hard)
    warnings.push_back(fmt::format("up to {} open files are needed, but the limit cannot be raised beyond {} "
                                   "(ulimit -Hn, or LimitNOFILE of the service)",
                                   needed, limits.hard));
  return warnings;
}

int check_offline(const check_request& request, const configuration_result& result, const open_file_limits& limits,
                  std::ostream& out, std::ostream& err) {
  bool valid = result.problems.empty();
  auto warnings = valid ? all_warnings(result, limits) : result.warnings;
  print_problems(result, err);
  for (auto& warning : warnings) err << "warning: " << warning << '\n';
  if (request.json)
    out << json::serialize(report_json(result, warnings, limits)) << '\n';
  else if (valid && request.dump)
    out << dump_configuration(result);
  else if (valid)
    print_summary(result.configuration, limits, out);
  return valid ? 0 : 2;
}

} // namespace floorwalker
