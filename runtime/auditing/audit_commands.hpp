// `floorwalker audit …`, from a request to an exit code.
#pragma once

#include "runtime/auditing/command_console.hpp"
#include "runtime/configuration/audit_requests.hpp"

namespace floorwalker {

/// Runs the command on stdout and stderr; progress and colours only where those are terminals. Gives the exit code.
int run_audit(const audit_request& request);

int run_audit(const audit_request& request, const command_console& console);

} // namespace floorwalker
