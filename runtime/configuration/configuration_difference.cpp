#include "runtime/configuration/configuration_difference.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace floorwalker {
namespace {

constexpr std::string_view root = "floorwalker";
constexpr const char* log_level_key = "floorwalker.log.level";

/// Blocks that are one value: what is below them has no meaning of its own.
bool is_one_value(std::string_view key) { return key == "state-matrix"; }

using flat_values = std::map<std::string, const caf::config_value*>;

void flatten(const caf::settings& tree, const std::string& path, flat_values& into) {
  for (const auto& [key_view, value] : tree) {
    std::string key{key_view.begin(), key_view.end()};
    auto below = path.empty() ? key : path + "." + key;
    const auto* block = is_one_value(key) ? nullptr : caf::get_if<caf::settings>(&value);
    if (block)
      flatten(*block, below, into);
    else
      into.emplace(std::move(below), &value);
  }
}

flat_values flat(const caf::settings& tree, const std::string& path = {}) {
  flat_values values;
  flatten(tree, path, values);
  return values;
}

std::vector<std::string> differing_keys(const flat_values& before, const flat_values& after) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : before) {
    auto now = after.find(key);
    if (now == after.end() || !(*now->second == *value)) keys.push_back(key);
  }
  for (const auto& [key, value] : after)
    if (!before.contains(key)) keys.push_back(key);
  std::ranges::sort(keys);
  return keys;
}

const caf::settings& block_of(const caf::settings& tree, std::string_view key) {
  static const caf::settings nothing;
  auto found = tree.find({key.data(), key.size()});
  const auto* block = found == tree.end() ? nullptr : caf::get_if<caf::settings>(&found->second);
  return block ? *block : nothing;
}

/// What the engine obeys without a new connection.
bool is_rule(std::string_view key, bool agents_are_listed) {
  if (key == "agents") return agents_are_listed;
  return key == "state-matrix" || key == "time-zone" || key.starts_with("alerts.") || key.starts_with("figures.");
}

const tenant_settings& tenant_named(const configuration_result& in, std::string_view name) {
  return *std::ranges::find(in.configuration.tenants, name, &tenant_settings::name);
}

/// Compares the blocks of two groups by name; `judge` says what a difference in some keys means for a part.
template <class Judge>
std::vector<changed_part> changed_parts(const caf::settings& before, const caf::settings& after, Judge judge) {
  std::vector<changed_part> parts;
  for (const auto& [name_view, value] : before) {
    std::string name{name_view.begin(), name_view.end()};
    if (!after.contains(name_view)) {
      parts.push_back({name, part_change::removed, {}});
      continue;
    }
    auto keys = differing_keys(flat(block_of(before, name)), flat(block_of(after, name)));
    if (keys.empty()) continue;
    auto change = judge(name, keys);
    parts.push_back({std::move(name), change, std::move(keys)});
  }
  for (const auto& [name_view, value] : after)
    if (!before.contains(name_view))
      parts.push_back({std::string{name_view.begin(), name_view.end()}, part_change::added, {}});
  std::ranges::sort(parts, {}, &changed_part::name);
  return parts;
}

bool is_part(std::string_view key) { return key == "tenants" || key == "sinks" || key == "alerting"; }

/// Everything of the node but its tenants, sinks and receivers of alerts, and CAF's options, by full key path.
flat_values node_values(const configuration_result& of) {
  auto values = flat(of.framework);
  for (const auto& [key_view, value] : block_of(of.effective, root)) {
    std::string key{key_view.begin(), key_view.end()};
    if (is_part(key)) continue;
    auto path = std::string{root} + "." + key;
    if (const auto* block = caf::get_if<caf::settings>(&value))
      flatten(*block, path, values);
    else
      values.emplace(std::move(path), &value);
  }
  return values;
}

void leave_out(caf::settings& effective, const char* group, const std::string& name) {
  auto& parts = effective[root.data()].as_dictionary()[group].as_dictionary();
  caf::settings others; // CAF's dictionary has no way to take an entry out
  for (const auto& [key, value] : parts)
    if (std::string_view{key.data(), key.size()} != name) others.insert_or_assign(key, value);
  parts = std::move(others);
}

} // namespace

std::string_view to_text(part_change change) {
  switch (change) {
  case part_change::added:
    return "added";
  case part_change::removed:
    return "removed";
  case part_change::rules:
    return "rules";
  case part_change::connects:
    return "connects";
  case part_change::restarted:
    return "restarted";
  }
  return "";
}

configuration_difference difference_between(const configuration_result& running, const configuration_result& read) {
  configuration_difference difference;
  const auto& before = block_of(running.effective, root);
  const auto& after = block_of(read.effective, root);
  difference.tenants = changed_parts(
      block_of(before, "tenants"), block_of(after, "tenants"), [&](const std::string& name, const auto& keys) {
        auto listed = !tenant_named(running, name).all_agents && !tenant_named(read, name).all_agents;
        auto rules = std::ranges::all_of(keys, [&](const std::string& key) { return is_rule(key, listed); });
        return rules ? part_change::rules : part_change::connects;
      });
  auto restarted = [](const std::string&, const auto&) { return part_change::restarted; };
  difference.sinks = changed_parts(block_of(before, "sinks"), block_of(after, "sinks"), restarted);
  difference.receivers = changed_parts(block_of(before, "alerting"), block_of(after, "alerting"), restarted);
  difference.needs_restart = differing_keys(node_values(running), node_values(read));
  difference.log_level = std::erase(difference.needs_restart, log_level_key) > 0;
  return difference;
}

void leave_out_tenant(configuration_result& running, const std::string& name) {
  std::erase_if(running.configuration.tenants, [&](const auto& each) { return each.name == name; });
  leave_out(running.effective, "tenants", name);
}

void leave_out_sink(configuration_result& running, const std::string& name) {
  std::erase_if(running.configuration.sinks, [&](const auto& each) { return each.name == name; });
  leave_out(running.effective, "sinks", name);
}

void keep_until_restart(configuration_result& read, const configuration_result& running) {
  auto level = read.configuration.log.level;
  caf::config_value level_value;
  if (const auto* given = caf::get_if(&read.effective, log_level_key)) level_value = *given;
  read.configuration.node = running.configuration.node;
  read.configuration.http = running.configuration.http;
  read.configuration.log = running.configuration.log;
  read.configuration.audit = running.configuration.audit;
  read.configuration.log.level = std::move(level);
  read.framework = running.framework;
  caf::settings node;
  for (const auto& [key, value] : block_of(running.effective, root))
    if (!is_part({key.data(), key.size()})) node.insert_or_assign(key, value);
  for (const auto& [key, value] : block_of(read.effective, root))
    if (is_part({key.data(), key.size()})) node.insert_or_assign(key, value);
  read.effective.insert_or_assign(root.data(), caf::config_value{std::move(node)});
  if (level_value) caf::put(read.effective, log_level_key, std::move(level_value));
}

} // namespace floorwalker
