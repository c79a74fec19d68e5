// The texts that go to clients: events, and everything that is not quite an event.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "simulator/floor_model.hpp"

namespace floorwalker::simulator {

/// Writes messages about one floor. Reuses one buffer: a view is good until the next call. One thread.
class frame_writer {
public:
  frame_writer(const floor_model& floor, const timestamp_style& style);

  /// The event that reports a transition.
  std::string_view event(const transition& what);
  /// A message that looks like the event and is malformed in one of several ways, chosen by `pick`.
  std::string_view malformed(const transition& what, std::uint64_t pick);
  /// A message of a type that clients must ignore, chosen by `pick`.
  std::string_view other_type(const transition& what, std::uint64_t pick);
  /// An event about an agent that nobody subscribed.
  std::string_view foreign(const transition& what, std::string_view agent_id);

  /// How many ways `malformed` knows; picks are taken modulo this.
  static constexpr std::uint64_t malformed_kinds = 10;

private:
  std::string_view build(std::string_view id, const transition& what);

  const floor_model& floor_;
  timestamp_style style_;
  std::vector<std::string> states_; ///< as JSON values
  std::string text_;
};

/// {"type":"subscribe.ack",…}
std::string acknowledgement(std::uint32_t connection, std::size_t agents);
/// {"type":"subscribe.reject","reason":…}
std::string rejection(std::string_view reason);
/// A well-formed event of about `bytes` bytes.
std::string oversized_message(std::uint64_t bytes);

} // namespace floorwalker::simulator
