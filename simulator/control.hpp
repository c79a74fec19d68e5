// Changing things while the simulator runs: POST /control.
#pragma once

#include <string_view>

#include <boost/json.hpp>

#include "simulator/platform.hpp"

namespace floorwalker::simulator {

/// Carries out every member of `wishes`, in the order given. Returns {"done": […]}, or {"error": …}
/// at the first member that is unknown or wrong, with what was done before it.
boost::json::object carry_out_wishes(platform& home, const boost::json::object& wishes, instant now);

} // namespace floorwalker::simulator
