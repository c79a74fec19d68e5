#include "runtime/configuration/block_reader.hpp"

#include "runtime/configuration/text_forms.hpp"
#include "runtime/configuration/value_check.hpp"
#include "runtime/configuration/value_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <type_traits>

namespace floorwalker {
namespace {

std::string_view view(caf::string_view text) { return {text.data(), text.size()}; }
caf::string_view caf_view(std::string_view text) { return {text.data(), text.size()}; }

struct block_checker {
  const placed_block& block;
  const declared_keys& keys;
  const std::vector<std::string>& others;
  const surroundings& around;
  findings& found;

  /// Checks the entries of the part of the block that lies at `prefix` ("" or "alerts.").
  void check(const caf::settings& part, const std::string& prefix) {
    for (auto& [key_view, value] : part) {
      auto key = std::string{view(key_view)};
      auto below = prefix + key;
      if (prefix.empty() && std::find(others.begin(), others.end(), key) != others.end()) continue;
      if (auto* declared = declaration(below)) {
        check_declared(*declared, value);
      } else if (auto inner = below + "."; is_prefix(inner)) {
        if (auto* tree = caf::get_if<caf::settings>(&value))
          check(*tree, inner);
        else if (value)
          found.problem(block.path_of(below),
                        fmt::format("expected a block {} {{ … }}, found {}", key, found_text(value)));
      } else {
        auto around_it = prefix.empty() ? block.path : block.path_of(prefix.substr(0, prefix.size() - 1));
        report_unknown_key(join_path(around_it, key), key, known_at(prefix), found);
      }
    }
  }

  const key_declaration* declaration(std::string_view below) const {
    auto at = std::find_if(keys.begin(), keys.end(), [&](auto* key) { return key->path == below; });
    return at == keys.end() ? nullptr : *at;
  }

  bool is_prefix(std::string_view inner) const {
    return std::any_of(keys.begin(), keys.end(), [&](auto* key) { return key->path.starts_with(inner); });
  }

  std::vector<std::string> known_at(std::string_view prefix) const {
    std::vector<std::string> words;
    if (prefix.empty()) words = others;
    for (auto* key : keys) {
      if (!key->path.starts_with(prefix)) continue;
      auto rest = key->path.substr(prefix.size());
      words.emplace_back(rest.substr(0, rest.find('.')));
    }
    std::sort(words.begin(), words.end());
    words.erase(std::unique(words.begin(), words.end()), words.end());
    return words;
  }

  void check_declared(const key_declaration& key, const caf::config_value& value) {
    if (!value) return; // unreadable, and reported as such
    auto path = block.path_of(key.path);
    auto verdict = check_value(key, value, around);
    for (auto& remark : verdict.problems) found.problem(path + remark.part, std::move(remark.what));
    for (auto& remark : verdict.warnings) found.warning(path + remark.part, std::move(remark.what));
  }
};

/// Stores a value that has passed its check; a real field takes integers as well.
struct value_storer {
  const caf::config_value& value;

  void operator()(std::string& field) const { field = caf::get<std::string>(value); }
  void operator()(bool& field) const { field = caf::get<bool>(value); }
  void operator()(std::uint32_t& field) const { field = static_cast<std::uint32_t>(caf::get<std::int64_t>(value)); }
  void operator()(std::uint64_t& field) const { field = static_cast<std::uint64_t>(caf::get<std::int64_t>(value)); }
  void operator()(double& field) const {
    auto* whole = caf::get_if<std::int64_t>(&value);
    field = whole ? static_cast<double>(*whole) : caf::get<double>(value);
  }
  void operator()(std::chrono::nanoseconds& field) const { field = caf::get<caf::timespan>(value); }
  void operator()(std::vector<std::string>& field) const {
    field.clear();
    for (auto& element : caf::get<caf::config_value::list>(value)) field.push_back(caf::get<std::string>(element));
  }
};

/// The value of a field; none for what is empty, since an empty text is no value that a file could hold.
struct value_loader {
  caf::config_value operator()(const std::string& field) const {
    return field.empty() ? caf::config_value{} : caf::config_value{field};
  }
  caf::config_value operator()(bool field) const { return caf::config_value{field}; }
  caf::config_value operator()(std::uint32_t field) const { return caf::config_value{std::int64_t{field}}; }
  caf::config_value operator()(std::uint64_t field) const {
    return caf::config_value{static_cast<std::int64_t>(field)};
  }
  caf::config_value operator()(double field) const { return caf::config_value{field}; }
  caf::config_value operator()(std::chrono::nanoseconds field) const { return caf::config_value{caf::timespan{field}}; }
  caf::config_value operator()(const std::vector<std::string>& field) const {
    if (field.empty()) return {};
    caf::config_value::list elements;
    for (auto& element : field) elements.emplace_back(element);
    return caf::config_value{std::move(elements)};
  }
};

template <class Settings, class Operation>
auto with_field(const key_field<Settings>& field, Settings& settings, Operation operation) {
  using result = decltype(operation(std::declval<bool&>()));
  return std::visit(
      [&](auto accessor) -> result {
        if constexpr (std::is_same_v<decltype(accessor), std::monostate>)
          return result();
        else
          return operation(accessor(settings));
      },
      field);
}

template <class Settings>
void take(const placed_block& block, std::span<const key_entry<Settings>> table, const findings& found,
          Settings& into) {
  for (auto& [key, field] : table) {
    auto* value = block.find(key.path);
    if (value && found.sound(block.path_of(key.path))) with_field(field, into, value_storer{*value});
  }
}

void put_below(caf::settings& tree, std::string_view path, caf::config_value value) {
  caf::put(tree, caf_view(path), std::move(value));
}

template <class Settings>
caf::settings effective(const placed_block& block, std::span<const key_entry<Settings>> table, Settings from) {
  caf::settings tree = block.tree ? *block.tree : caf::settings{};
  for (auto& entry : table) {
    if (block.find(entry.key.path)) continue;
    auto value = with_field(entry.field, from, value_loader{});
    if (!value && !entry.key.standard.empty()) {
      auto read = parse_config_text(fmt::format("value = {}", entry.key.standard));
      if (auto* standard = caf::get_if(&read.values, "value")) value = *standard;
    }
    if (value) put_below(tree, entry.key.path, std::move(value));
  }
  return tree;
}

template <class Settings>
std::string default_of(const key_entry<Settings>& entry) {
  if (!entry.key.standard.empty()) return std::string{entry.key.standard};
  Settings untouched;
  auto value = with_field(entry.field, untouched, value_loader{});
  return value ? value_text(value) : std::string{};
}

} // namespace

const caf::config_value* placed_block::find(std::string_view below) const {
  auto* value = tree ? caf::get_if(tree, caf_view(below)) : nullptr;
  return value && *value ? value : nullptr;
}

bool placed_block::has(std::string_view below) const { return tree && caf::get_if(tree, caf_view(below)) != nullptr; }

void check_block(const placed_block& block, const declared_keys& keys, const std::vector<std::string>& others,
                 const surroundings& around, findings& found) {
  if (block.tree) block_checker{block, keys, others, around, found}.check(*block.tree, "");
}

void report_unknown_key(const std::string& path, std::string_view key, const std::vector<std::string>& known,
                        findings& found) {
  static const std::vector<std::string> secrets = {"client-secret", "secret",       "password", "passwd",
                                                   "token",         "access-token", "api-key",  "private-key"};
  if (std::find(secrets.begin(), secrets.end(), key) != secrets.end()) {
    bool client = key == "client-secret" || key == "secret";
    return found.problem(path,
                         fmt::format("a secret never stands in the file or on the command line: name the {} instead",
                                     client ? "variable (client-secret-env, secret-env) or file "
                                              "(client-secret-file, secret-file) that holds it"
                                            : "variable or file that holds it"));
  }
  if (auto meant = nearest_word(key, known))
    return found.problem(path, fmt::format("unknown key, did you mean {}?", *meant));
  found.problem(path, "unknown key");
}

void take_values(const placed_block& block, std::span<const key_entry<node_configuration>> table, const findings& found,
                 node_configuration& into) {
  take(block, table, found, into);
}
void take_values(const placed_block& block, std::span<const key_entry<tenant_settings>> table, const findings& found,
                 tenant_settings& into) {
  take(block, table, found, into);
}
void take_values(const placed_block& block, std::span<const key_entry<sink_settings>> table, const findings& found,
                 sink_settings& into) {
  take(block, table, found, into);
}
void take_values(const placed_block& block, std::span<const key_entry<receiver_settings>> table, const findings& found,
                 receiver_settings& into) {
  take(block, table, found, into);
}

caf::settings effective_block(const placed_block& block, std::span<const key_entry<node_configuration>> table,
                              const node_configuration& from) {
  return effective(block, table, from);
}
caf::settings effective_block(const placed_block& block, std::span<const key_entry<tenant_settings>> table,
                              const tenant_settings& from) {
  return effective(block, table, from);
}
caf::settings effective_block(const placed_block& block, std::span<const key_entry<sink_settings>> table,
                              const sink_settings& from) {
  return effective(block, table, from);
}
caf::settings effective_block(const placed_block& block, std::span<const key_entry<receiver_settings>> table,
                              const receiver_settings& from) {
  return effective(block, table, from);
}

std::string default_text(const key_entry<node_configuration>& entry) { return default_of(entry); }
std::string default_text(const key_entry<tenant_settings>& entry) { return default_of(entry); }
std::string default_text(const key_entry<sink_settings>& entry) { return default_of(entry); }
std::string default_text(const key_entry<receiver_settings>& entry) { return default_of(entry); }

} // namespace floorwalker
