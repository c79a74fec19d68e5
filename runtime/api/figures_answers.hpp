// Working figures as the API tells them. Pure. Meanings: docs/figures.md.
#pragma once

#include "actors/hub/working_figures.hpp"
#include "runtime/api/tenant_board.hpp"
#include "runtime/http/served_answer.hpp"
#include "runtime/http/served_request.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace floorwalker {

/// Who is longest in a state now, of agents whose state is a fact.
struct longest_now {
  std::string agent_id;
  std::string name;
  utc_time since;
  bool at_least = false; ///< `since` is a lower bound
};

/// Figures of a team or of a tenant.
struct group_figures {
  figures_counts counts;
  std::map<std::string, longest_now> longest; ///< by state
};

/// A whole floor at one instant.
struct floor_figures {
  static constexpr std::size_t teams_max = 500; ///< further ones, in the order of agents' ids, are left out

  utc_time at;
  group_figures tenant;
  std::map<std::string, group_figures, std::less<>> teams;
  std::size_t agents_left_out = 0; ///< of teams that are left out; the tenant's figures hold them
};

/// Takes some 10 ms with 25,000 agents, so answers may share it for a second.
floor_figures figures_of_floor(const tenant_board& board, const working_figures& figures, utc_time now);

/// The value of an agent's member "figures": null as long as there are none.
std::string agent_figures_text(const working_figures* figures, const live_row& row, utc_time now);

/// ?team= gives that team alone, beside the tenant.
served_answer floor_figures_answer(const tenant_board& board, const working_figures& figures,
                                   const floor_figures& floor, const served_request& request);
/// 503 as long as there are none.
served_answer figures_not_counted_answer();

} // namespace floorwalker
