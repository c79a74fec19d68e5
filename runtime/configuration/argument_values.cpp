#include "runtime/configuration/argument_values.hpp"

#include "runtime/configuration/key_table.hpp"
#include "runtime/configuration/value_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace floorwalker {
namespace {

using path_parts = std::vector<std::string>;

template <class Settings>
std::optional<value_form> form_in(std::span<const key_entry<Settings>> table, const path_parts& parts,
                                  std::size_t first) {
  std::string below;
  for (auto i = first; i < parts.size(); ++i) below += (below.empty() ? "" : ".") + parts[i];
  for (auto& entry : table)
    if (entry.key.path == below) return entry.key.form;
  return {};
}

/// The form of the key at a path; nothing if there is no such key.
std::optional<value_form> form_at(const path_parts& parts) {
  if (parts[0] != "floorwalker") return {};
  if (parts.size() > 3 && parts[1] == "tenants") {
    if (parts.size() == 5 && parts[3] == "state-matrix") return value_form::texts; // one state's row
    return form_in(tenant_keys(), parts, 3);
  }
  if (parts.size() > 3 && parts[1] == "sinks") return form_in(sink_keys(), parts, 3);
  if (parts.size() > 3 && parts[1] == "alerting") return form_in(receiver_keys(), parts, 3);
  return form_in(node_keys(), parts, 1);
}

caf::config_value any_value(const std::string& text) {
  auto read = parse_config_text(fmt::format("value = {}", text));
  auto* value = caf::get_if(&read.values, "value");
  return read.problems.empty() && value && read.values.size() == 1 ? *value : caf::config_value{text};
}

} // namespace

void put_argument(caf::settings& tree, const configuration_override& given, findings& found) {
  auto parts = split_path(given.path);
  if (!parts)
    return found.problem_elsewhere("command line: --" + given.path,
                                   "expected a key path such as floorwalker.log.level");
  auto form = form_at(*parts);
  auto* block = &tree;
  std::string path;
  for (std::size_t i = 0; i + 1 < parts->size(); ++i) {
    path = join_path(path, (*parts)[i]);
    auto& value = block->emplace((*parts)[i], caf::config_value{caf::settings{}}).first->second;
    // A value where a block belongs is reported at its own place; here the option makes way for it.
    if (!caf::holds_alternative<caf::settings>(value)) return;
    block = caf::get_if<caf::settings>(&value);
  }
  path = join_path(path, parts->back());
  found.given_on_command_line(path);
  block->insert_or_assign(parts->back(), form ? value_of_argument(*form, given.value) : any_value(given.value));
}

} // namespace floorwalker
