// A sink: delivers the records of every tenant it is configured for to one outlet. Page: docs/actors/sink.md.
#pragma once

#include "actors/sinks/cursor_store.hpp"
#include "actors/sinks/outlet.hpp"
#include "messages/actors.hpp"
#include "messages/settings.hpp"

#include <caf/fwd.hpp>

#include <cstdint>

namespace floorwalker {

/// Starts a sink that writes through `outlet`. `cursors` tell where it goes on, and keep how far it comes; without them
/// it begins with the first record of this process. It sends to nobody else. `earlier` sinks have written to this outlet
/// and failed: the groups of this one are numbered apart from theirs.
sink_actor spawn_sink(caf::actor_system& system, const sink_settings& settings, outlet_ptr outlet,
                      cursor_store_ptr cursors, std::uint32_t earlier = 0);

} // namespace floorwalker
