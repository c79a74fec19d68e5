// One entry of `tenants` into tenant_settings, with the rules that tie several keys together.
#pragma once

#include "runtime/configuration/block_reader.hpp"

#include <string>

namespace floorwalker {

/// Checks the block and takes its values; what is wrong goes to `found`, and then the settings are not to be used.
tenant_settings read_tenant(const std::string& name, const placed_block& block, const surroundings& around,
                            findings& found);

/// The tree of a tenant's values in force: what the block says, its defaults, and what the environment gave.
caf::settings effective_tenant(const placed_block& block, const tenant_settings& settings);

} // namespace floorwalker
