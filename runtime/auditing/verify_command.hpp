// `floorwalker audit verify`.
#pragma once

#include "runtime/auditing/command_console.hpp"
#include "runtime/auditing/trail_check.hpp"
#include "runtime/configuration/audit_requests.hpp"

#include <string>

namespace floorwalker {

/// Gives the exit code.
int run_verify(const audit_verify_request& request, const command_console& console);

/// The result for people, several lines; and for programs, one JSON object without a newline. Pure.
std::string to_words(const trail_check_result& result);
std::string to_json(const trail_check_result& result);

} // namespace floorwalker
