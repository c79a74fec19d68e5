#include "runtime/client/node_listing.hpp"

#include "messages/wire/json_members.hpp"
#include "runtime/client/status_report.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

namespace floorwalker {
namespace {

namespace json = boost::json;

constexpr std::size_t pages_max = 1'000; ///< a million agents; a node that goes on for ever is none

client_failure no_floorwalker(const node_access& access) {
  return {1, fmt::format("{} does not answer as a Floorwalker node", access.at->base.http_text())};
}

const json::array& array_of(const node_access& access, const json::object& object, std::string_view name) {
  const auto* value = wire::find_member(object, name);
  if (!value || !value->is_array()) throw no_floorwalker(access);
  return value->get_array();
}

} // namespace

json::object ask_object(const node_access& access, const std::string& target) {
  auto answer = ask_node(access, target);
  if (answer.status != 200) throw refusal(access, answer);
  json::error_code error;
  auto body = json::parse(json::string_view{answer.body.data(), answer.body.size()}, error);
  if (error || !body.is_object()) throw no_floorwalker(access);
  return std::move(body.get_object());
}

std::vector<json::object> ask_tenants(const node_access& access, const std::string& only) {
  auto answer = ask_object(access, "/api/v1/tenants");
  std::vector<json::object> tenants;
  std::string names;
  for (const auto& each : array_of(access, answer, "tenants")) {
    if (!each.is_object()) continue;
    auto name = wire::text_of_member(each.get_object(), "name");
    names += (names.empty() ? "" : ", ") + std::string{name};
    if (only.empty() || name == only) tenants.push_back(each.get_object());
  }
  if (!only.empty() && tenants.empty())
    throw client_failure(1, fmt::format("{} has no tenant {}; there are: {}", access.at->base.http_text(), only,
                                        names.empty() ? "none that you may see" : names));
  return tenants;
}

std::string the_one_tenant(const node_access& access, const std::string& only) {
  auto tenants = ask_tenants(access, only);
  if (tenants.empty()) throw client_failure(1, "the node has no tenant that you may see");
  if (tenants.size() == 1) return std::string{wire::text_of_member(tenants.front(), "name")};
  std::string names;
  for (const auto& tenant : tenants)
    names += (names.empty() ? "" : ", ") + std::string{wire::text_of_member(tenant, "name")};
  throw client_failure(2, "the node has several tenants, so --tenant= has to name one of: " + names);
}

void ask_agents(const node_access& access, const std::string& tenant,
                const std::function<void(const json::object&)>& take) {
  std::string cursor;
  for (std::size_t page = 0; page < pages_max; ++page) {
    auto target = fmt::format("/api/v1/tenants/{}/agents?limit=1000", percent_encoded(tenant));
    if (!cursor.empty()) target += "&cursor=" + percent_encoded(cursor);
    auto answer = ask_object(access, target);
    for (const auto& each : array_of(access, answer, "agents"))
      if (each.is_object()) take(each.get_object());
    auto next = wire::text_of_member(answer, "next");
    if (next.empty()) return;
    cursor = next;
  }
}

} // namespace floorwalker
