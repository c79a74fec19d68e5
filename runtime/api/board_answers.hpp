// What the API's queries answer, out of boards and what a caller asks. Pure.
#pragma once

#include "actors/hub/working_figures.hpp"
#include "runtime/api/stream_client.hpp"
#include "runtime/api/tenant_board.hpp"
#include "runtime/http/query_check.hpp"
#include "runtime/http/served_answer.hpp"
#include "runtime/http/served_request.hpp"

#include <cstddef>
#include <string>
#include <variant>
#include <vector>

namespace floorwalker {

using board_list = std::vector<const tenant_board*>;

/// Names and conditions of the tenants that the caller sees.
served_answer tenants_answer(const board_list& boards, const http_caller& caller);
/// Agents by key; ?state= &team= &limit= (1 to 1000, else 500) &cursor= (what "next" said). A state has to be one of the
/// matrix, or one that an agent is in; a team that nobody is in has no agents, since who has left may come back.
served_answer agents_answer(const tenant_board& board, const served_request& request);
/// With its figures; null: there are none yet.
served_answer agent_answer(const tenant_board& board, const working_figures* figures, std::string_view id,
                           utc_time now);
served_answer tenant_metrics_answer(const tenant_board& board);
served_answer all_metrics_answer(const board_list& boards, const http_caller& caller);
/// ?state= pending, firing or resolved.
served_answer alerts_answer(const tenant_board& board, const served_request& request);
served_answer silences_answer(const tenant_board& board);

/// 200 as long as this can be answered at all.
served_answer live_answer();
/// 503 until each tenant has had an answer of its platform or has failed, when all have failed, and while the process
/// `drains`.
served_answer ready_answer(const board_list& boards, bool drains);

/// A number from `least` to `most` in the query, `otherwise` if there is none, nothing if it is another.
std::optional<std::size_t> number_asked(const served_request& request, std::string_view name, std::size_t least,
                                        std::size_t most, std::size_t otherwise);

/// What a client of the stream asks for, or why that can't be.
std::variant<stream_wish, served_answer> wish_of(const served_request& request);

} // namespace floorwalker
