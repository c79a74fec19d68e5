// What POST /api/v1/reload answers. Pure.
#pragma once

#include "runtime/configuration/reload_outcome.hpp"
#include "runtime/http/served_answer.hpp"

namespace floorwalker {

/// 200 with what was changed; 422 with everything that is wrong; 409 while another reload is under way; 503 when the
/// process is about to end.
served_answer reload_answer(const reload_outcome& outcome);

} // namespace floorwalker
