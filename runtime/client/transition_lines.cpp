#include "runtime/client/transition_lines.hpp"

#include "messages/wire/json_members.hpp"
#include "messages/wire/timestamp.hpp"
#include "runtime/outlets/live_screen.hpp"

#include <boost/json.hpp>

namespace floorwalker {

namespace json = boost::json;

std::optional<std::string> transition_line(std::string_view audit_entry) {
  json::error_code error;
  auto value = json::parse(json::string_view{audit_entry.data(), audit_entry.size()}, error);
  if (error || !value.is_object()) return std::nullopt;
  const auto& entry = value.get_object();
  auto at = wire::parse_timestamp(wire::text_of_member(entry, "timestamp"));
  const auto* latency = wire::find_member(entry, "latencyMs");
  const auto* valid = wire::find_member(entry, "valid");
  if (!at || !latency || !latency->is_int64() || !valid || !valid->is_bool()) return std::nullopt;
  shown_transition shown;
  shown.at = at->at;
  shown.tenant = wire::text_of_member(entry, "tenantId");
  shown.agent = wire::text_of_member(entry, "agentId");
  shown.previous = wire::text_of_member(entry, "previousState");
  shown.current = wire::text_of_member(entry, "currentState");
  shown.reason = wire::text_of_member(entry, "reasonCode");
  shown.latency_ms = latency->get_int64();
  shown.authorized = valid->get_bool();
  if (const auto* flags = wire::find_member(entry, "flags"); flags && flags->is_array())
    for (const auto& flag : flags->get_array()) {
      if (flag == "gap") shown.gap = true;
      if (flag == "out-of-order") shown.out_of_order = true;
    }
  return line_of(shown, wire::to_text);
}

} // namespace floorwalker
