// What a source tells of agents' states. A source may be the event stream or, later, a polled feed: nothing here names
// a WebSocket. No CAF.
#pragma once

#include "messages/time.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace floorwalker {

/// A piece of the text that a batch carries along, so that a record needs no allocation of its own.
struct text_slice {
  std::uint32_t offset = 0;
  std::uint32_t size = 0;

  std::string_view in(std::string_view text) const { return text.substr(offset, size); }
};

/// One state change as the platform reported it. The slices lie in the batch's text.
struct state_observation {
  text_slice agent;    ///< the agent's id, letters folded to lower case
  text_slice previous; ///< the state that the source says was left
  text_slice current;
  text_slice reason;                ///< meaningful only if has_reason
  utc_time observed_at;             ///< by the source's clock
  utc_time received_at;             ///< by ours
  bool has_reason = false;          ///< an absent reason equals null and differs from ""
  std::uint8_t fraction_digits = 3; ///< of the source's timestamp, 0 to 9: printed as received
};

/// Why a well-formed message moved nothing. Each has a counter.
enum class ignored_reason : std::uint8_t { other_event_type, other_message, before_acknowledgement, foreign_agent };
inline constexpr std::size_t ignored_reasons = 4;

/// What one read of a source held, in the order received. Numbered by the source's connection, so that a tracker can
/// tell two connections of one slot apart during a hand-over.
struct observation_batch {
  std::uint64_t connection = 0;
  std::string text;
  std::vector<state_observation> items;
  std::uint64_t malformed = 0;
  std::array<std::uint64_t, ignored_reasons> ignored{};

  bool empty() const;
  void clear(); ///< keeps the capacity: batches go round between source and tracker
};

using observation_batch_ptr = std::shared_ptr<observation_batch>;

/// The oldest of some observations by each clock: nothing of them was received or happened before.
struct oldest_observation {
  utc_time received_at;
  utc_time observed_at;

  friend bool operator==(const oldest_observation&, const oldest_observation&) = default;
};

/// Of all observations in `batches`; none: there are none.
std::optional<oldest_observation> oldest_of(const std::vector<observation_batch_ptr>& batches);
/// Of what either speaks of.
std::optional<oldest_observation> older_of(const std::optional<oldest_observation>& one,
                                           const std::optional<oldest_observation>& other);

/// Where a tracker returns its credit. Implemented by runtime/ (a socket) and by simulations; callable from any thread.
class observation_source {
public:
  virtual ~observation_source() = default;

  /// The batch is journaled: the source may send one more, and use the batch's memory again. Returns at once.
  virtual void batch_done(observation_batch_ptr batch) noexcept = 0;
};

using observation_source_ptr = std::shared_ptr<observation_source>;

} // namespace floorwalker
