// What a reload of the configuration came to, for whoever asked for it and for the log. Pure.
#pragma once

#include "runtime/configuration/configuration.hpp"
#include "runtime/configuration/configuration_difference.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace floorwalker {

enum class reload_end : std::uint8_t {
  applied, ///< what differs is in force, but for what needs a restart
  refused, ///< the configuration has problems, and nothing was changed
  busy,    ///< another reload is under way
  stopping ///< the process is about to end
};

struct reload_outcome {
  reload_end end = reload_end::applied;
  configuration_difference difference = {};         ///< when applied
  std::vector<std::string> read_again = {};         ///< "tokens", "certificate"
  std::vector<std::string> not_done = {};           ///< sentences on what stayed as it was, or did not end in time
  std::vector<configuration_problem> problems = {}; ///< when refused
};

/// The answer's JSON when applied (docs/api.md, POST /api/v1/reload).
std::string to_json(const reload_outcome& outcome);

/// The problems as the value of the member `problems` of a problem document.
std::string problems_json(const std::vector<configuration_problem>& problems);

/// One line of the log.
struct reload_line {
  bool is_error = false;
  std::string text;
};
/// One line for each change, and one on how it ended.
std::vector<reload_line> log_lines(const reload_outcome& outcome);

} // namespace floorwalker
