#include "messages/agents.hpp"

#include "messages/json_text.hpp"
#include "messages/wire/timestamp.hpp"

#include <algorithm>

namespace floorwalker {
namespace {

void append_time_or_null(std::string& out, const std::optional<utc_time>& at) {
  if (!at) {
    out += "null";
    return;
  }
  out += '"';
  wire::append_timestamp(out, *at, 3);
  out += '"';
}

} // namespace

const listed_agent* agent_listing::find(std::string_view key) const {
  auto at = std::ranges::lower_bound(agents, key, {}, [](const listed_agent& row) { return row.who->key(); });
  return at != agents.end() && at->who->key() == key ? &*at : nullptr;
}

std::string to_json(const agent_status& status) {
  std::string out = R"({"agentId":)";
  append_json_string(out, status.agent_id());
  out += R"(,"name":)";
  append_json_string(out, status.name());
  out += R"(,"team":)";
  append_json_string(out, status.team());
  out += R"(,"state":)";
  append_json_string_or_null(out, status.state);
  out += R"(,"lastUpdated":)";
  append_time_or_null(out, status.last_updated);
  out += R"(,"reason":)";
  append_json_string_or_null(out, status.reason);
  out += R"(,"observedState":)";
  append_json_string_or_null(out, status.observed_state);
  out += R"(,"verified":)";
  out += status.verified ? "true" : "false";
  out += R"(,"since":)";
  append_time_or_null(out, status.since);
  out += R"(,"stale":)";
  out += status.stale ? "true" : "false";
  out += R"(,"tenantId":)";
  append_json_string(out, status.tenant_id);
  out += '}';
  return out;
}

} // namespace floorwalker
