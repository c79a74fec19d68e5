// What `floorwalker check` prints.
#pragma once

#include "runtime/configuration/command_line.hpp"
#include "runtime/configuration/configuration.hpp"

#include <iosfwd>
#include <string>
#include <vector>

namespace floorwalker {

/// Problems, one a line; for `run` and `check` alike.
void print_problems(const configuration_result& result, std::ostream& err);

/// All warnings: those of reading, and those of the plan (no free listener place, too few open files).
std::vector<std::string> all_warnings(const configuration_result& result, const open_file_limits& limits);

/// Prints the problems on `err`, or the summary (or the dump, or JSON) on `out`. Returns the exit code: 0 or 2.
int check_offline(const check_request& request, const configuration_result& result, const open_file_limits& limits,
                  std::ostream& out, std::ostream& err);

} // namespace floorwalker
