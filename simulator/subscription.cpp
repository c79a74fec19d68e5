#include "simulator/subscription.hpp"

#include <set>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "simulator/floor_model.hpp"

namespace floorwalker::simulator {

namespace json = boost::json;

namespace {

constexpr std::string_view event_known = "agent.state.change";

std::string shown(const json::value* found) {
  if (found == nullptr) return "nothing";
  auto text = json::serialize(*found);
  if (text.size() > 60) text = text.substr(0, 57) + "...";
  return text;
}

class checker {
public:
  explicit checker(subscription& result) : result_{result} {}

  void violation(std::string_view path, std::string_view expected, const json::value* found) {
    result_.problems.push_back(fmt::format("{}: expected {}, found {}", path, expected, shown(found)));
  }

  void events(const json::object& message) {
    const auto* value = message.if_contains("events");
    if (value == nullptr || !value->is_array() || value->get_array().empty())
      return violation("events", "a list of one or more event types", value);
    for (const auto& entry : value->get_array())
      if (!entry.is_string() || entry.get_string() != event_known) violation("events", event_known, &entry);
  }

  void agents(const json::object& filters, std::uint32_t agents_max) {
    const auto* value = filters.if_contains("agentIds");
    auto count = value != nullptr && value->is_array() ? value->get_array().size() : 0;
    if (count == 0 || count > agents_max)
      return violation("filters.agentIds", fmt::format("a list of 1 to {} agent ids", agents_max), value);
    auto seen = std::set<std::string>{};
    for (const auto& entry : value->get_array()) {
      if (!entry.is_string() || !is_identifier(std::string_view{entry.get_string()})) {
        violation("filters.agentIds", "ids of the form 8-4-4-4-12 hexadecimal digits", &entry);
        continue;
      }
      auto id = std::string{entry.get_string()};
      if (!seen.insert(lower_case(id)).second) violation("filters.agentIds", "each id once", &entry);
      result_.agent_ids.push_back(std::move(id));
    }
  }

  void matrix(const json::object& filters) {
    const auto* value = filters.if_contains("stateMatrix");
    if (value == nullptr || !value->is_object() || value->get_object().empty())
      return violation("filters.stateMatrix", "an object with one or more states", value);
    const auto& rows = value->get_object();
    for (const auto& row : rows) {
      auto path = fmt::format("filters.stateMatrix.{}", std::string_view{row.key()});
      if (!row.value().is_array()) {
        violation(path, "a list of states", &row.value());
        continue;
      }
      for (const auto& target : row.value().get_array())
        if (!target.is_string() || !rows.contains(target.get_string()))
          violation(path, "states that are keys of the matrix", &target);
    }
  }

  void thresholds(const json::object& filters) {
    const auto* value = filters.if_contains("alertThresholds");
    if (value == nullptr || !value->is_object()) return violation("filters.alertThresholds", "an object", value);
    const auto* latency = value->get_object().if_contains("maxLatencyMs");
    if (latency == nullptr || !latency->is_number() || latency->to_number<double>() <= 0)
      violation("filters.alertThresholds.maxLatencyMs", "a number above 0", latency);
    const auto* unverified = value->get_object().if_contains("maxUnverifiedTransitions");
    auto whole = unverified != nullptr && ((unverified->is_int64() && unverified->get_int64() > 0) ||
                                           (unverified->is_uint64() && unverified->get_uint64() > 0));
    if (!whole) violation("filters.alertThresholds.maxUnverifiedTransitions", "an integer above 0", unverified);
  }

private:
  subscription& result_;
};

} // namespace

subscription read_subscription(std::string_view text, std::uint32_t agents_max) {
  auto result = subscription{};
  auto check = checker{result};
  auto error = boost::system::error_code{};
  auto value = json::parse(text, error);
  if (error || !value.is_object()) {
    result.problems.emplace_back("the first message must be a subscription: a JSON object");
    return result;
  }
  const auto& message = value.get_object();
  const auto* action = message.if_contains("action");
  if (action == nullptr || !action->is_string() || action->get_string() != "subscribe")
    check.violation("action", "\"subscribe\"", action);
  check.events(message);
  const auto* filters = message.if_contains("filters");
  if (filters == nullptr || !filters->is_object()) {
    check.violation("filters", "an object", filters);
    return result;
  }
  check.agents(filters->get_object(), agents_max);
  check.matrix(filters->get_object());
  check.thresholds(filters->get_object());
  return result;
}

} // namespace floorwalker::simulator
