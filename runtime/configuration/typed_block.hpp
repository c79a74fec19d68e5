// What blocks with a name of the operator's choice and a `type` have in common: sinks, and receivers of alerts.
#pragma once

#include "runtime/configuration/block_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace floorwalker {

/// Whether blocks of this type have the key.
bool belongs_to(const key_declaration& key, std::string_view type);

/// Reports keys that stand in the block and belong to other types. `what` is the plural of what the block is.
void check_keys_of_type(const placed_block& block, const declared_keys& keys, std::string_view type,
                        std::string_view what, findings& found);

/// Reports two keys of one secret: NAME-env and NAME-file.
void check_one_source(const placed_block& block, std::string_view secret, findings& found);

/// Reports names in `named`, the value of the block's key `tenants`, that are none of the configured tenants.
void check_tenant_names(const placed_block& block, const std::vector<std::string>& named,
                        const std::vector<std::string>& tenants, findings& found);

/// The block with the defaults of those keys that its type has.
template <class Settings>
caf::settings effective_typed_block(const placed_block& block, std::span<const key_entry<Settings>> table,
                                    const Settings& from, std::string_view type) {
  caf::settings tree;
  for (auto& [key, value] : effective_block(block, table, from)) {
    std::string_view name{key.data(), key.size()};
    auto at = std::ranges::find_if(table, [&](auto& entry) { return entry.key.path == name; });
    if (at != table.end() && belongs_to(at->key, type)) tree.insert_or_assign(key, value);
  }
  return tree;
}

} // namespace floorwalker
