// The command line as a value: what was asked for, or what to print and with which exit code.
#pragma once

#include "runtime/configuration/audit_requests.hpp"
#include "runtime/configuration/client_requests.hpp"
#include "runtime/configuration/configuration.hpp"
#include "runtime/configuration/token_requests.hpp"

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace floorwalker {

/// `floorwalker run`.
struct run_request {
  std::optional<std::string> config_file; ///< absent: the usual places, then the environment alone
  std::vector<configuration_override> overrides;
  bool print_audit = false; ///< each audit entry is a line on stdout too
};

/// `floorwalker check`.
struct check_request {
  std::optional<std::string> config_file;
  std::vector<configuration_override> overrides;
  bool online = false; ///< also signs in and lists agents
  bool dump = false;   ///< prints the configuration in force
  bool json = false;
};

/// Everything that ends the program at once: help, version, wrong usage.
struct printed_answer {
  std::string text; ///< ends with a line end
  int exit_code = 0;
  bool is_error = false; ///< goes to stderr; one line
};

using command_line_request = std::variant<run_request, check_request, status_request, trace_request, watch_request,
                                          audit_request, token_command_request, printed_answer>;

/// Reads the arguments behind the program's name. Pure; `version` is what `floorwalker version` says.
command_line_request parse_command_line(const std::vector<std::string>& arguments, const std::string& version);

} // namespace floorwalker
