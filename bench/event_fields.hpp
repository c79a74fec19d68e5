// The fields of an event's text, read by simdjson on demand: what a reader needs at least.
#pragma once

#include <simdjson.h>

#include <cstddef>
#include <optional>
#include <string_view>

namespace floorwalker::bench {

/// Views into the text that was read, but for those with escapes, which lie in the reader.
struct event_fields {
  std::string_view agent_id;
  std::string_view previous;
  std::string_view current;
  std::string_view timestamp;
  std::optional<std::string_view> reason;
};

/// Reads one event after another. Not for several threads.
class event_field_reader {
public:
  /// How many readable bytes have to stand behind a text.
  static constexpr std::size_t padding = simdjson::SIMDJSON_PADDING;

  /// None for whatever is no event. Good only until the next call.
  std::optional<event_fields> read(std::string_view text) {
    simdjson::padded_string_view padded{text.data(), text.size(), text.size() + padding};
    auto document = parser_.iterate(padded);
    event_fields found;
    std::string_view kind;
    if (document["eventType"].get(kind) != simdjson::SUCCESS || kind != "agent.state.change") return std::nullopt;
    simdjson::ondemand::object data;
    if (document["data"].get(data) != simdjson::SUCCESS || data["agentId"].get(found.agent_id) != simdjson::SUCCESS ||
        data["previousState"].get(found.previous) != simdjson::SUCCESS ||
        data["currentState"].get(found.current) != simdjson::SUCCESS ||
        data["timestamp"].get(found.timestamp) != simdjson::SUCCESS)
      return std::nullopt;
    std::string_view reason;
    if (data["reasonCode"].get(reason) == simdjson::SUCCESS) found.reason = reason;
    return found;
  }

private:
  simdjson::ondemand::parser parser_;
};

} // namespace floorwalker::bench
