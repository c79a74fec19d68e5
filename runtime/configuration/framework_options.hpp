// Options of CAF in the file (`caf { … }`) and on the command line (`--caf.…`). CAF takes a wrongly typed or misspelt
// one in a file without a word, so they are checked here first.
#pragma once

#include "runtime/configuration/findings.hpp"

#include <caf/settings.hpp>

namespace caf {
class actor_system_config;
} // namespace caf

namespace floorwalker {

/// Reports keys below `caf` that CAF does not know, or not with such a value. Keys of modules that are not among the
/// known options (caf.middleman, caf.openssl) pass unchecked.
void check_framework_options(const caf::settings& framework, const caf::config_option_set* known, findings& found);

/// Sets the checked options (`configuration_result::framework`) in the configuration of the actor system to be.
void apply_framework_options(const caf::settings& framework, caf::actor_system_config& target);

} // namespace floorwalker
