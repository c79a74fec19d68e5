// `floorwalker run`: the floor bound to the outside world, from start to exit code.
#pragma once

#include "runtime/configuration/command_line.hpp"

namespace floorwalker {

/// Runs until SIGINT or SIGTERM, or until no tenant is left. Prints the final metrics as stdout's last line and returns
/// the exit code. A second signal during the drain ends the process at once with 130.
int run_engine(const run_request& request);

} // namespace floorwalker
