// What every actor does about a handler that throws and a message that nobody expected.
#pragma once

#include "messages/actors.hpp"

#include <caf/scheduled_actor.hpp>

namespace floorwalker {

/// Makes an exception in a handler end this actor alone, with floor_error::crashed and one error line, so that its
/// parent decides what follows. To be called first in an actor's constructor or make_behavior.
void contain_faults(caf::scheduled_actor& self);

} // namespace floorwalker
