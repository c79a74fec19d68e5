// How a command that read a trail tells what it was worth.
#pragma once

#include "runtime/auditing/command_console.hpp"
#include "runtime/auditing/trail_scan.hpp"

#include <string_view>

namespace floorwalker {

/// Writes problem or damage as one line, and doubts that don't end a command as notes. Gives the exit code.
int tell_end(const trail_scan_result& result, std::string_view command, const command_console& console);

} // namespace floorwalker
