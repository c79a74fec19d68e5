// From a sink's settings to its outlet.
#pragma once

#include "actors/sinks/outlet.hpp"
#include "actors/wall_clock.hpp"
#include "messages/settings.hpp"

#include <filesystem>
#include <memory>

namespace floorwalker {

/// What outlets need of the process beside their settings.
struct outlet_surroundings {
  std::shared_ptr<const wall_clock> clock;
  std::filesystem::path data_dir; ///< node.data-dir; an outlet's own files lie in data_dir/sinks/<name>
};

/// The outlet that `settings` ask for.
outlet_ptr make_outlet(const sink_settings& settings, const outlet_surroundings& around);

} // namespace floorwalker
