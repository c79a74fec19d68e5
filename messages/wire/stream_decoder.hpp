// Text frames of the event stream, read into observations (docs/protocol.md, "Stream").
#pragma once

#include "messages/state_observation.hpp"
#include "messages/wire/printable_sample.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace floorwalker::wire {

inline constexpr std::size_t state_bytes_max = 128; ///< of a state or a reason; longer makes an event malformed

/// What one frame was.
enum class frame_kind : std::uint8_t {
  event,        ///< appended to the batch
  acknowledged, ///< the first subscribe.ack: from here on events count
  rejected,     ///< a subscribe.reject before the acknowledgement; see reject_reason()
  ignored,      ///< well-formed, but nothing for us: counted in the batch by reason
  malformed     ///< counted in the batch; see malformation()
};

/// Decodes the frames of one connection: strict JSON (RFC 8259), no allocation per event once warm. Knows whether the
/// subscription was acknowledged. Lives on the connection's strand or in a simulation; not thread-safe.
class stream_decoder {
public:
  stream_decoder();
  ~stream_decoder();
  stream_decoder(stream_decoder&&) noexcept;
  stream_decoder& operator=(stream_decoder&&) noexcept;

  /// Reads one text frame that was complete at `received_at` into `batch`. Never throws, whatever the bytes.
  frame_kind decode(std::string_view frame, utc_time received_at, observation_batch& batch);

  /// Counts a binary frame, which is malformed by the protocol.
  frame_kind decode_binary(observation_batch& batch);

  bool acknowledged() const;
  /// The reason of the reject just decoded, at most 200 bytes, control characters escaped.
  const std::string& reject_reason() const;
  /// One clause on why the last malformed frame was (with the member's path), for the sampled log line.
  std::string_view malformation() const;

private:
  struct state;
  std::unique_ptr<state> state_;
};

} // namespace floorwalker::wire
