// Keys given on the command line, put over those of the file.
#pragma once

#include "runtime/configuration/findings.hpp"

#include <caf/settings.hpp>

namespace floorwalker {

/// Puts one `--floorwalker.…=` or `--caf.…=` option into the tree, as if the file said so. The form of the key decides
/// how its text is read. Unknown keys are put as well, for the check of the tree to report.
void put_argument(caf::settings& tree, const configuration_override& given, findings& found);

} // namespace floorwalker
