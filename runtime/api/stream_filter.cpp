#include "runtime/api/stream_filter.hpp"

namespace floorwalker {

std::optional<stream_event> parse_stream_event(std::string_view word) {
  if (word == "snapshot") return stream_snapshot;
  if (word == "transition") return stream_transition;
  if (word == "agent") return stream_agent;
  if (word == "alert") return stream_alert;
  if (word == "metrics") return stream_metrics;
  return std::nullopt;
}

std::optional<std::uint8_t> parse_stream_events(std::string_view words) {
  std::uint8_t events = 0;
  for (;;) {
    auto comma = words.find(',');
    auto event = parse_stream_event(words.substr(0, comma));
    if (!event) return std::nullopt;
    events |= *event;
    if (comma == std::string_view::npos) return events;
    words.remove_prefix(comma + 1);
  }
}

} // namespace floorwalker
