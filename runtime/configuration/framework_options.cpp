#include "runtime/configuration/framework_options.hpp"

#include "runtime/configuration/block_reader.hpp"
#include "runtime/configuration/value_text.hpp"

#include <caf/actor_system_config.hpp>
#include <caf/config_option.hpp>

#include <fmt/format.h>

#include <functional>

namespace floorwalker {
namespace {

using leaf_visitor = std::function<void(const std::string& path, const caf::config_value& value)>;

/// Visits every value below a tree, with its path; a block that is an option by itself counts as a value.
void visit_leaves(const caf::settings& tree, const std::string& path, const caf::config_option_set& options,
                  const leaf_visitor& visit) {
  for (auto& [key, value] : tree) {
    auto below = path + "." + std::string{key.begin(), key.end()};
    auto* block = caf::get_if<caf::settings>(&value);
    if (block && options.qualified_name_lookup(below) == nullptr)
      visit_leaves(*block, below, options, visit);
    else
      visit(below, value);
  }
}

std::string group_of(std::string_view path) { return std::string{path.substr(0, path.rfind('.'))}; }

} // namespace

void check_framework_options(const caf::settings& framework, const caf::config_option_set* known, findings& found) {
  auto* tree = caf::get_if<caf::settings>(&framework, "caf");
  if (!tree) return;
  caf::actor_system_config core;
  auto& options = known ? *known : core.custom_options();
  visit_leaves(*tree, "caf", options, [&](const std::string& path, const caf::config_value& value) {
    if (!value) return;
    if (auto* option = options.qualified_name_lookup(path)) {
      auto copy = value;
      if (auto error = option->sync(copy))
        found.problem(path, fmt::format("expected a value of CAF's type {}, found {}",
                                        std::string{option->type_name().begin(), option->type_name().end()},
                                        found_text(value)));
      return;
    }
    bool of_absent_module = !known && (path.starts_with("caf.middleman.") || path.starts_with("caf.openssl."));
    if (of_absent_module) return;
    std::vector<std::string> words;
    for (auto& option : options)
      if (std::string group{option.category().begin(), option.category().end()}; group == group_of(path))
        words.emplace_back(option.long_name().begin(), option.long_name().end());
    report_unknown_key(path, std::string_view{path}.substr(path.rfind('.') + 1), words, found);
  });
}

void apply_framework_options(const caf::settings& framework, caf::actor_system_config& target) {
  if (auto* tree = caf::get_if<caf::settings>(&framework, "caf"))
    visit_leaves(*tree, "caf", target.custom_options(),
                 [&](const std::string& path, const caf::config_value& value) { target.set(path, value); });
}

} // namespace floorwalker
