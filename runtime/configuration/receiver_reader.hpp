// Reading one entry of `alerting`.
#pragma once

#include "runtime/configuration/block_reader.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace floorwalker {

/// Reads the block of one receiver of alerts. `tenants` are the names of all tenants.
receiver_settings read_receiver(const std::string& name, const placed_block& block,
                                const std::vector<std::string>& tenants, const surroundings& around, findings& found);

/// The block with the defaults of those keys that a receiver of this type has.
caf::settings effective_receiver(const placed_block& block, const receiver_settings& settings);

/// The type as it stands in a file.
std::string_view type_word(receiver_type type);

} // namespace floorwalker
