// Whether each tenant's settings make a connection possible: what only the libraries can say, such as whether a file
// holds certificates.
#pragma once

#include "runtime/configuration/configuration.hpp"

namespace floorwalker {

/// Adds a problem for each tenant that can't be connected with its settings. Only for a configuration without problems.
void check_platforms(configuration_result& read);

} // namespace floorwalker
