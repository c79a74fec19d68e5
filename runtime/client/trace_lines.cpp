#include "runtime/client/trace_lines.hpp"

#include "messages/wire/json_members.hpp"
#include "messages/wire/timestamp.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <array>
#include <chrono>
#include <cstdint>

namespace floorwalker {
namespace {

namespace json = boost::json;

/// A place that a transition passes in the node.
struct passed_place {
  std::string_view name;
  std::optional<utc_time> at; ///< none: nobody knows
};

struct traced_way {
  std::int64_t sequence = 0;
  wire::timestamp event;
  std::array<passed_place, 4> places{{{"received", {}}, {"judged", {}}, {"journaled", {}}, {"delivered", {}}}};
};

std::optional<json::object> object_of(std::string_view data) {
  json::error_code error;
  auto value = json::parse(json::string_view{data.data(), data.size()}, error);
  if (error || !value.is_object()) return std::nullopt;
  return std::move(value.get_object());
}

std::optional<traced_way> way_of(const json::object& trace) {
  const auto* sequence = wire::find_member(trace, "sequence");
  auto event = wire::parse_timestamp(wire::text_of_member(trace, "eventTimestamp"));
  if (!sequence || !sequence->is_int64() || !event) return std::nullopt;
  traced_way way;
  way.sequence = sequence->get_int64();
  way.event = *event;
  for (auto& place : way.places) {
    if (!wire::find_member(trace, place.name)) continue;
    auto at = wire::parse_timestamp(wire::text_of_member(trace, place.name));
    if (!at) return std::nullopt;
    place.at = at->at;
  }
  if (!way.places.front().at || !way.places.back().at) return std::nullopt;
  return way;
}

double milliseconds(std::chrono::nanoseconds time) { return std::chrono::duration<double, std::milli>{time}.count(); }

/// "10:00:00.456789": the day is the event's.
std::string time_of_day(utc_time at) {
  std::string text;
  wire::append_timestamp(text, at, 6);
  return text.substr(text.find('T') + 1, 15);
}

} // namespace

std::optional<std::string> trace_line(std::string_view data) {
  auto trace = object_of(data);
  auto way = trace ? way_of(*trace) : std::nullopt;
  if (!way) return std::nullopt;
  auto line = fmt::format("{}  event ", way->sequence);
  wire::append_timestamp(line, way->event.at, way->event.fraction_digits);
  auto before = way->event.at;
  for (const auto& place : way->places) {
    if (!place.at) {
      line += fmt::format("  {} unknown", place.name);
      continue;
    }
    line += fmt::format("  {} {} {:+.3f} ms", place.name, time_of_day(*place.at), milliseconds(*place.at - before));
    before = *place.at;
  }
  line += fmt::format("  ({:.3f} ms here)\n", milliseconds(before - *way->places.front().at));
  return line;
}

std::optional<std::string> trace_json_line(std::string_view data) {
  auto trace = object_of(data);
  if (!trace || !way_of(*trace)) return std::nullopt;
  return json::serialize(*trace) + '\n';
}

} // namespace floorwalker
