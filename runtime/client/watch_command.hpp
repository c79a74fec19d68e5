// `floorwalker watch`.
#pragma once

#include "runtime/configuration/client_requests.hpp"

#include <iosfwd>
#include <string>

namespace floorwalker {

/// Shows the tenant's floor until the person quits: on a terminal as a table, elsewhere each transition as a line on
/// stdout. Failures are one line on `errors`; gives the exit code. Blocks, and handles the process's signals.
int run_watch(const watch_request& request, const std::string& user_agent, std::ostream& errors);

} // namespace floorwalker
