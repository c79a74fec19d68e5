// What the engine judged against what the gateway says it sent.
#pragma once

#include "messages/system_metrics.hpp"
#include "simulator/gateway.hpp"
#include "tests/interop/captured_trail.hpp"

#include <cstdint>

namespace floorwalker::interop {

/// Checks that every figure which both sides know is the same, in total and agent by agent.
void check_against_ledger(const system_metrics& figures, const captured_trail& trail,
                          const simulator::gateway& gateway);

/// Checks that what was not judged, agent by agent, was lost at the end of a connection, within an interruption that
/// the trail records. Gives the number of events lost.
std::uint64_t check_losses(const captured_trail& trail, const simulator::gateway& gateway);

/// Connections that ended without being meant to, by the trail.
std::uint64_t lost_connections(const captured_trail& trail);

std::uint64_t ignored_in_all(const system_metrics& figures);

} // namespace floorwalker::interop
