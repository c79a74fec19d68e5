// The first message on a stream: what we subscribe to (docs/protocol.md, "Stream").
#pragma once

#include "messages/settings.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace floorwalker::wire {

inline constexpr std::size_t agents_per_subscription_max = 50;

/// Everything a subscription says.
struct subscription {
  std::vector<std::string> events;
  std::vector<std::string> agent_ids;
  state_matrix transitions;
  double max_latency_ms = 0;
  std::int64_t max_unverified_transitions = 0;
};

/// What is wrong with a subscription, one line a field, each naming the field by its path, what was expected and what
/// was found ("filters.agentIds: expected 1 to 50 ids, found 51"). Empty: it may be sent.
std::vector<std::string> validate(const subscription& wanted);

/// The subscription as JSON text. Call validate first.
std::string to_json(const subscription& wanted);

} // namespace floorwalker::wire
