// The long part of --help.
#pragma once

#include <string_view>

namespace floorwalker::simulator {

extern const std::string_view help_introduction;
/// Faults, control, ledger and examples; stands below the list of options.
extern const std::string_view help_footer;

} // namespace floorwalker::simulator
