// Walks a block of the tree along a table of keys: unknown keys, wrong values, and what is right into its field.
#pragma once

#include "runtime/configuration/findings.hpp"
#include "runtime/configuration/key_table.hpp"

#include <caf/settings.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace floorwalker {

/// The keys of one block's table without their fields, and how the blocks of that table are called in messages.
using declared_keys = std::vector<const key_declaration*>;

template <class Settings>
declared_keys declarations(std::span<const key_entry<Settings>> table) {
  declared_keys keys;
  for (auto& entry : table) keys.push_back(&entry.key);
  return keys;
}

/// A block with its full path.
struct placed_block {
  const caf::settings* tree = nullptr; ///< null: the block is absent
  std::string path;

  /// The value at a path of plain words below the block, if there is a readable one.
  const caf::config_value* find(std::string_view below) const;
  std::string path_of(std::string_view below) const {
    return path.empty() ? std::string{below} : path + "." + std::string{below};
  }
  /// Whether the key stands there, readable or not.
  bool has(std::string_view below) const;
};

/// Reports everything that is wrong in the block by itself: keys that are not declared (except `others`, which a
/// caller reads) and values that are not as declared.
void check_block(const placed_block& block, const declared_keys& keys, const std::vector<std::string>& others,
                 const surroundings& around, findings& found);

/// Reports a key that nobody declared, with the one that was likely meant.
void report_unknown_key(const std::string& path, std::string_view key, const std::vector<std::string>& known,
                        findings& found);

/// Puts each sound value of the block into its field.
void take_values(const placed_block& block, std::span<const key_entry<node_configuration>> table, const findings& found,
                 node_configuration& into);
void take_values(const placed_block& block, std::span<const key_entry<tenant_settings>> table, const findings& found,
                 tenant_settings& into);
void take_values(const placed_block& block, std::span<const key_entry<sink_settings>> table, const findings& found,
                 sink_settings& into);
void take_values(const placed_block& block, std::span<const key_entry<receiver_settings>> table, const findings& found,
                 receiver_settings& into);

/// The block with the defaults of absent keys filled in, as far as they are values; `from` holds the fields.
caf::settings effective_block(const placed_block& block, std::span<const key_entry<node_configuration>> table,
                              const node_configuration& from);
caf::settings effective_block(const placed_block& block, std::span<const key_entry<tenant_settings>> table,
                              const tenant_settings& from);
caf::settings effective_block(const placed_block& block, std::span<const key_entry<sink_settings>> table,
                              const sink_settings& from);
caf::settings effective_block(const placed_block& block, std::span<const key_entry<receiver_settings>> table,
                              const receiver_settings& from);

} // namespace floorwalker
