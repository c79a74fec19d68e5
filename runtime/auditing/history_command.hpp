// `floorwalker audit history`.
#pragma once

#include "runtime/auditing/agent_timeline.hpp"
#include "runtime/auditing/command_console.hpp"
#include "runtime/configuration/audit_requests.hpp"

#include <string>

namespace floorwalker {

/// Gives the exit code.
int run_history(const audit_history_request& request, const command_console& console);

/// A row for people, without the day and the line end; and for programs, as one JSON object. Pure but for the zone.
std::string to_words(const timeline_row& row, bool in_utc, bool in_colour);
std::string to_json(const timeline_row& row);

} // namespace floorwalker
