// `floorwalker audit replay`.
#pragma once

#include "runtime/auditing/command_console.hpp"
#include "runtime/auditing/transition_table.hpp"
#include "runtime/configuration/audit_requests.hpp"
#include "runtime/configuration/surroundings.hpp"

#include <string>

namespace floorwalker {

/// What a replay found.
struct replay_result {
  std::string problem; ///< one clause: the trail can't be read
  std::string tenant;
  replay_sums sums;
  std::uint64_t passed_over = 0; ///< places that are no frame
};

/// Gives the exit code.
int run_replay(const audit_replay_request& request, const surroundings& around, const command_console& console);

/// The result for people, several lines; and for programs, one JSON object without a newline. Pure.
std::string to_words(const replay_result& result, const state_matrix& matrix);
std::string to_json(const replay_result& result, const state_matrix& matrix);

} // namespace floorwalker
