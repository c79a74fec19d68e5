#include "runtime/client/status_command.hpp"

#include "messages/wire/json_members.hpp"
#include "runtime/client/node_listing.hpp"
#include "runtime/client/status_report.hpp"
#include "runtime/network/system_wall_clock.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <ostream>
#include <vector>

namespace floorwalker {
namespace {

tenant_overview overview_of(const node_access& access, boost::json::object tenant) {
  tenant_overview overview;
  overview.tenant = std::move(tenant);
  auto name = overview.name();
  auto path = "/api/v1/tenants/" + percent_encoded(name);
  overview.metrics = ask_object(access, path + "/metrics");
  auto alerts = ask_object(access, path + "/alerts?state=firing");
  if (const auto* list = wire::find_member(alerts, "alerts"); list && list->is_array())
    overview.alerts = list->get_array();
  ask_agents(access, name, [&](const boost::json::object& status) {
    if (auto agent = read_watched_agent(status)) overview.count(*agent);
  });
  return overview;
}

std::string overview(const status_request& request, const node_access& access) {
  std::vector<tenant_overview> all;
  for (auto& tenant : ask_tenants(access, request.tenant)) all.push_back(overview_of(access, std::move(tenant)));
  return request.json ? overview_json(all) : overview_text(all);
}

/// An agent may be followed for several tenants: then there are several rows.
std::string agent(const status_request& request, const node_access& access) {
  std::string out;
  for (const auto& tenant : ask_tenants(access, request.tenant)) {
    auto target = fmt::format("/api/v1/tenants/{}/agents/{}", percent_encoded(wire::text_of_member(tenant, "name")),
                              percent_encoded(*request.agent));
    auto answer = ask_node(access, target);
    if (answer.status == 404) continue;
    if (answer.status != 200) throw refusal(access, answer);
    boost::json::error_code error;
    auto body = boost::json::parse(boost::json::string_view{answer.body.data(), answer.body.size()}, error);
    auto row = !error && body.is_object() ? read_watched_agent(body.get_object()) : std::nullopt;
    if (!row) throw client_failure(1, access.at->base.http_text() + " does not answer as a Floorwalker node");
    if (request.json) {
      out += answer.body + '\n';
    } else {
      if (!out.empty()) out += '\n';
      out += agent_text(*row, system_wall_clock{}.now());
    }
  }
  if (out.empty())
    throw client_failure(1, fmt::format("{} does not follow agent {}{}", access.at->base.http_text(), *request.agent,
                                        request.tenant.empty() ? "" : " for tenant " + request.tenant));
  return out;
}

} // namespace

int run_status(const status_request& request, const std::string& user_agent, std::ostream& out, std::ostream& errors) {
  try {
    auto access = open_node_access(request.node, user_agent);
    out << (request.agent ? agent(request, access) : overview(request, access));
    return 0;
  } catch (const client_failure& failure) {
    errors << "floorwalker: status: " << failure.what() << '\n';
    return failure.exit_code;
  }
}

} // namespace floorwalker
