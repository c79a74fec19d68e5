// A decoder with its batch, and frames to feed it.
#pragma once

#include "messages/wire/stream_decoder.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace floorwalker::wire {

inline constexpr std::string_view acknowledgement = R"({"type": "subscribe.ack", "subscriptionId": 7})";
inline constexpr std::string_view event_frame =
    R"({"eventType": "agent.state.change", "data": {"agentId": "550E8400-e29b-41d4-a716-446655440000", )"
    R"("previousState": "available", "currentState": "busy", "timestamp": "2024-05-01T12:00:00.123Z", )"
    R"("reasonCode": "inbound_call"}})";

inline constexpr utc_time receipt{std::chrono::seconds{1'714'564'801}};

inline std::string_view name_of(frame_kind kind) {
  switch (kind) {
  case frame_kind::event:
    return "event";
  case frame_kind::acknowledged:
    return "acknowledged";
  case frame_kind::rejected:
    return "rejected";
  case frame_kind::ignored:
    return "ignored";
  case frame_kind::malformed:
    return "malformed";
  }
  return "?";
}

inline std::uint64_t count(const observation_batch& batch, ignored_reason reason) {
  return batch.ignored[static_cast<std::size_t>(reason)];
}

/// A decoder with the batch it fills.
struct connection {
  stream_decoder decoder;
  observation_batch batch;

  std::string_view read(std::string_view frame) { return name_of(decoder.decode(frame, receipt, batch)); }
  const state_observation& last() const { return batch.items.back(); }
  std::string_view text(text_slice slice) const { return slice.in(batch.text); }
};

struct acknowledged_connection : connection {
  acknowledged_connection() { read(acknowledgement); }
};

/// An event whose `data` holds these members besides the three it needs.
inline std::string event_with(std::string_view members) {
  return R"({"eventType":"agent.state.change","data":{"agentId":"a","previousState":"p","currentState":"c")" +
         std::string{members} + "}}";
}

inline constexpr std::string_view some_time = R"(,"timestamp":"2024-05-01T12:00:00Z")";

/// An event whose `data` is exactly this.
inline std::string event_of(std::string_view data) {
  return R"({"eventType":"agent.state.change","data":)" + std::string{data} + "}";
}

} // namespace floorwalker::wire
