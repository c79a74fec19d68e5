// What a benchmark's platform tells: agents, states and their events as WebSocket frames, equal for equal seeds. Pure.
#pragma once

#include "messages/settings.hpp"
#include "messages/time.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace floorwalker::bench {

/// The id of a tenant's agent, in lower case. Programs that know the seed need no listing.
std::string agent_id(std::uint64_t seed, std::uint32_t tenant, std::uint32_t number);

/// A state matrix with so many states: the tutorial's for 4, else a ring in which each state leads to its neighbours.
/// At least 10 states, or exactly 4; throws std::invalid_argument otherwise.
state_matrix matrix_of(std::size_t states);

/// One listener's events, ready to be sent. Each agent's states form a closed walk, so the course may be sent again and
/// again; only the timestamps have to move on.
class event_course {
public:
  /// About `octets` bytes, at most 999 frames and at least two for each agent. One transition in a hundred is not in the
  /// matrix.
  event_course(const std::vector<std::string>& agent_ids, const state_matrix& matrix, std::uint64_t seed,
               std::size_t octets);

  std::size_t size() const { return frames_.size(); } ///< events
  std::string_view all() const { return bytes_; }     ///< WebSocket text frames, unmasked
  std::string_view frame(std::size_t index) const;
  std::string_view text(std::size_t index) const; ///< the frame's payload

  /// Every event gets the time `at`, in microseconds, and its index as the nanoseconds. To be unique, `at` has to be a
  /// microsecond later than that of the last call.
  void stamp_all(utc_time at);
  /// One event gets the time `at`, to the nanosecond.
  void stamp(std::size_t index, utc_time at);

private:
  struct place {
    std::uint32_t begin = 0;
    std::uint32_t payload = 0;
    std::uint32_t time = 0; ///< of the timestamp's first digit
    std::uint32_t end = 0;
  };

  void append(std::string_view agent, std::string_view from, std::string_view to, std::string_view reason);

  std::string bytes_;
  std::vector<place> frames_;
  std::string digits_; ///< of the last timestamp
};

} // namespace floorwalker::bench
