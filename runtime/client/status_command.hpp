// `floorwalker status`.
#pragma once

#include "runtime/configuration/client_requests.hpp"

#include <iosfwd>
#include <string>

namespace floorwalker {

/// Asks the node and prints what it says on `out`, or one line on `errors`; gives the exit code. Blocks.
int run_status(const status_request& request, const std::string& user_agent, std::ostream& out, std::ostream& errors);

} // namespace floorwalker
