#include "runtime/client/watch_model.hpp"

#include "messages/wire/json_members.hpp"
#include "messages/wire/timestamp.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace floorwalker {
namespace {

namespace json = boost::json;

std::uint64_t count_of(const json::object& object, std::string_view name) {
  const auto* value = wire::find_member(object, name);
  if (!value) return 0;
  if (value->is_uint64()) return value->get_uint64();
  return value->is_int64() ? static_cast<std::uint64_t>(std::max<std::int64_t>(value->get_int64(), 0)) : 0;
}

std::optional<double> number_of(const json::object& object, std::string_view name) {
  const auto* value = wire::find_member(object, name);
  if (!value || !value->is_number()) return std::nullopt;
  return value->to_number<double>();
}

const json::object* object_of(const json::object& object, std::string_view name) {
  const auto* value = wire::find_member(object, name);
  return value && value->is_object() ? &value->get_object() : nullptr;
}

const json::array* array_of(const json::object& object, std::string_view name) {
  const auto* value = wire::find_member(object, name);
  return value && value->is_array() ? &value->get_array() : nullptr;
}

} // namespace

watch_figures read_figures(const json::object& metrics) {
  watch_figures figures;
  figures.processed = count_of(metrics, "totalProcessed");
  figures.unauthorized = count_of(metrics, "unverifiedTransitions");
  figures.gaps = count_of(metrics, "gaps");
  figures.accuracy_percent = number_of(metrics, "accuracyRate");
  if (const auto* listeners = object_of(metrics, "listeners")) {
    figures.listeners_active = count_of(*listeners, "active");
    figures.listeners = figures.listeners_active + count_of(*listeners, "reconnecting") +
                        count_of(*listeners, "paused") + count_of(*listeners, "stopped");
  }
  return figures;
}

void watch_model::take(const server_event& event, utc_time now) {
  json::error_code error;
  auto value = json::parse(json::string_view{event.data.data(), event.data.size()}, error);
  if (error || !value.is_object()) return;
  const auto& data = value.get_object();
  if (event.name == "snapshot") {
    take_snapshot(data, now);
  } else if (event.name == "transition" || event.name == "agent") {
    take_agent(data);
  } else if (event.name == "alert") {
    if (const auto* alert = object_of(data, "alert")) take_alert(*alert);
  } else if (event.name == "metrics") {
    take_condition(data, now);
    if (const auto* metrics = object_of(data, "metrics")) figures_ = read_figures(*metrics);
    figures_.per_second = number_of(data, "perSecond");
  }
}

void watch_model::take_snapshot(const json::object& data, utc_time now) {
  agents_.clear();
  firing_.clear();
  has_snapshot_ = true;
  tenant_ = wire::text_of_member(data, "tenant");
  take_condition(data, now);
  if (const auto* metrics = object_of(data, "metrics")) figures_ = read_figures(*metrics);
  if (const auto* agents = array_of(data, "agents"))
    for (const auto& each : *agents)
      if (each.is_object() && agents_.size() < agents_max)
        if (auto agent = read_watched_agent(each.get_object())) agents_.insert_or_assign(agent->id, *agent);
  if (const auto* alerts = array_of(data, "alerts"))
    for (const auto& alert : *alerts)
      if (alert.is_object()) take_alert(alert.get_object());
}

void watch_model::take_agent(const json::object& data) {
  if (auto gone = wire::text_of_member(data, "gone"); !gone.empty()) {
    agents_.erase(std::string{gone});
    return;
  }
  const auto* status = object_of(data, "agent");
  auto agent = status ? read_watched_agent(*status) : std::nullopt;
  if (!agent || (agents_.size() >= agents_max && !agents_.contains(agent->id))) return;
  agents_.insert_or_assign(agent->id, *agent);
}

void watch_model::take_alert(const json::object& alert) {
  std::string id{wire::text_of_member(alert, "id")};
  const auto* silenced = wire::find_member(alert, "silenced");
  auto is_silenced = silenced && silenced->is_bool() && silenced->get_bool();
  if (wire::text_of_member(alert, "state") != "firing" || is_silenced)
    firing_.erase(id);
  else if (firing_.size() < alerts_max)
    firing_.insert_or_assign(id, std::string{wire::text_of_member(alert, "sentence")});
}

void watch_model::take_condition(const json::object& data, utc_time now) {
  condition_ = wire::text_of_member(data, "condition");
  if (auto node = wire::parse_timestamp(wire::text_of_member(data, "serverTime"))) ahead_ = node->at - now;
}

std::vector<std::string> watch_model::firing_alerts() const {
  std::vector<std::string> sentences;
  for (const auto& [id, sentence] : firing_) sentences.push_back(sentence);
  return sentences;
}

} // namespace floorwalker
