#include "tests/simulation/captured_trail.hpp"

#include "messages/wire/timestamp.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace floorwalker::simulation {
namespace {

utc_time instant(const boost::json::value& text) {
  return wire::parse_timestamp(std::string_view{text.as_string()}).value().at;
}

std::string text(const boost::json::value& value) { return std::string{value.as_string()}; }

} // namespace

std::vector<std::string> captured_trail::read(const std::vector<std::string>& lines) {
  std::vector<std::string> wrong;
  std::uint64_t sequence = 0;
  std::map<std::string, utc_time> last_told; // of an agent, by our clock or by the platform's
  for (auto& line : lines) {
    auto entry = boost::json::parse(line).as_object();
    if (auto number = entry.at("sequence").to_number<std::uint64_t>(); number != ++sequence) {
      wrong.push_back(fmt::format("sequence {} follows {}", number, sequence - 1));
      sequence = number;
    }
    auto action = text(entry.at("auditAction"));
    if (action == "STATE_UPDATE_VERIFIED" || action == "TRANSITION_REJECTED") {
      judged_.push_back({text(entry.at("agentId")), text(entry.at("previousState")), text(entry.at("currentState")),
                         instant(entry.at("eventTimestamp"))});
      last_told[judged_.back().agent] = std::min(instant(entry.at("timestamp")), judged_.back().at);
    } else if (action == "STATE_RECONCILED") {
      ++reconciled_;
    } else if (action == "MONITORING_INTERRUPTED") {
      // An agent that left the plan was watched up to the record itself.
      auto from = instant(entry.contains("lastReceived") ? entry.at("lastReceived") : entry.at("timestamp"));
      if (entry.contains("lastEventTimestamp")) from = std::min(from, instant(entry.at("lastEventTimestamp")));
      auto killed = text(entry.at("cause")) == "process ended";
      for (const auto& id : entry.at("agentIds").as_array()) {
        auto& known = interruptions_[text(id)];
        auto begin = killed ? last_told[text(id)] : from;
        if (known.empty() || known.back().to)
          known.push_back({begin, {}});
        else
          known.back().from = std::min(known.back().from, begin);
      }
    } else if (action == "MONITORING_STARTED") {
      for (const auto& id : entry.at("agentIds").as_array()) {
        auto& known = interruptions_[text(id)];
        if (known.empty()) known.push_back({utc_time{}, {}});
        if (known.back().to) wrong.push_back(fmt::format("{} started twice (sequence {})", text(id), sequence));
        known.back().to = instant(entry.at("timestamp"));
        last_told[text(id)] = *known.back().to;
      }
    } else {
      wrong.push_back("unknown record: " + line);
    }
  }
  return wrong;
}

const std::vector<unwatched>& captured_trail::interruptions(const std::string& agent) const {
  static const std::vector<unwatched> never{{utc_time{}, {}}};
  auto at = interruptions_.find(agent);
  return at == interruptions_.end() ? never : at->second;
}

} // namespace floorwalker::simulation
