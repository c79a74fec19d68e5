// What a caller hears who may not ask this. Pure.
#pragma once

#include "runtime/http/access_control.hpp"
#include "runtime/http/served_answer.hpp"

#include <optional>

namespace floorwalker {

/// 401 for who is not known, 403 for who may not, 429 for who tried too often; nothing for who may. None says more:
/// not whether a token once was right, nor what it may do.
std::optional<served_answer> access_refusal(const identification& known, caller_role least);

/// The answer to a credential that is not known, and to too many of them.
served_answer unknown_token_answer(std::string_view detail);
served_answer too_many_attempts_answer();

} // namespace floorwalker
