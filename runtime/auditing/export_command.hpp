// `floorwalker audit export`.
#pragma once

#include "runtime/auditing/command_console.hpp"
#include "runtime/configuration/audit_requests.hpp"

namespace floorwalker {

/// Gives the exit code.
int run_export(const audit_export_request& request, const command_console& console);

} // namespace floorwalker
