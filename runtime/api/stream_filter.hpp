// What a live client wants to hear. Pure.
#pragma once

#include "messages/agents.hpp"

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace floorwalker {

/// The events of a stream that a client may leave out, as bits.
enum stream_event : std::uint8_t {
  stream_snapshot = 1,
  stream_transition = 2,
  stream_agent = 4,
  stream_alert = 8,
  stream_metrics = 16
};
inline constexpr std::uint8_t every_stream_event = 31;

/// "snapshot", "transition", "agent", "alert" or "metrics"; nothing for another word.
std::optional<stream_event> parse_stream_event(std::string_view word);
/// Words with commas between; nothing if one of them is none.
std::optional<std::uint8_t> parse_stream_events(std::string_view words);

/// Clients with equal filters hear the same texts.
struct stream_filter {
  std::optional<std::string> team = {};
  std::optional<std::string> agent_key = {};
  std::uint8_t events = every_stream_event;
  std::optional<std::string> traced_key = {}; ///< of the agent whose transitions are traced, whatever else is wanted

  bool wants(stream_event kind) const { return (events & kind) != 0; }
  bool concerns(std::string_view key, std::string_view of_team) const {
    return (!team || *team == of_team) && (!agent_key || *agent_key == key);
  }

  bool traces(std::string_view key) const { return traced_key && *traced_key == key; }

  friend auto operator<=>(const stream_filter&, const stream_filter&) = default;
};

} // namespace floorwalker
