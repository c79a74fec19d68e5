// From a sink's settings to its outlet.
#pragma once

#include "actors/sinks/outlet.hpp"
#include "actors/wall_clock.hpp"
#include "messages/settings.hpp"

#include <memory>

namespace floorwalker {

/// The outlet that `settings` ask for. Null for a type that is not built.
outlet_ptr make_outlet(const sink_settings& settings, std::shared_ptr<const wall_clock> clock);

} // namespace floorwalker
