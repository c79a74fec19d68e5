// `floorwalker status --trace`.
#pragma once

#include "runtime/configuration/client_requests.hpp"

#include <iosfwd>
#include <string>

namespace floorwalker {

/// Prints the way of each of an agent's transitions through the node as a line on stdout, as it happens, until enough
/// were printed or a signal ends the process. Failures are one line on `errors`; gives the exit code. Blocks.
int run_trace(const trace_request& request, const std::string& user_agent, std::ostream& errors);

} // namespace floorwalker
