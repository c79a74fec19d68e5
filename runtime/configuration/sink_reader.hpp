// One entry of `sinks` into sink_settings, with the rules that depend on its type.
#pragma once

#include "runtime/configuration/block_reader.hpp"

#include <string>
#include <vector>

namespace floorwalker {

/// Checks the block and takes its values; what is wrong goes to `found`. `tenants` are the names that a sink may list.
sink_settings read_sink(const std::string& name, const placed_block& block, const std::vector<std::string>& tenants,
                        const surroundings& around, findings& found);

/// The tree of a sink's values in force, without keys of other types.
caf::settings effective_sink(const placed_block& block, const sink_settings& settings);

/// The word that `type` has in a file.
std::string_view type_word(sink_type type);

} // namespace floorwalker
