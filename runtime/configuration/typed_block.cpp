#include "runtime/configuration/typed_block.hpp"

#include "runtime/configuration/text_forms.hpp"

namespace floorwalker {

bool belongs_to(const key_declaration& key, std::string_view type) {
  if (key.only_for.empty()) return true;
  for (auto rest = key.only_for; !rest.empty();) {
    auto word = rest.substr(0, rest.find(' '));
    if (word == type) return true;
    rest.remove_prefix(std::min(word.size() + 1, rest.size()));
  }
  return false;
}

void check_keys_of_type(const placed_block& block, const declared_keys& keys, std::string_view type,
                        std::string_view what, findings& found) {
  for (const auto* key : keys)
    if (block.has(key->path) && !belongs_to(*key, type))
      found.problem(block.path_of(key->path),
                    fmt::format("this key is for {} of type {}, this one's is {}", what, key->only_for, type));
}

void check_one_source(const placed_block& block, std::string_view secret, findings& found) {
  auto from_file = fmt::format("{}-file", secret);
  auto from_variable = fmt::format("{}-env", secret);
  if (block.has(from_file) && block.has(from_variable))
    found.problem(block.path_of(from_file), fmt::format("expected either this key or {}, found both", from_variable));
}

void check_tenant_names(const placed_block& block, const std::vector<std::string>& named,
                        const std::vector<std::string>& tenants, findings& found) {
  for (std::size_t i = 0; i < named.size(); ++i) {
    if (std::ranges::count(tenants, named[i]) > 0) continue;
    auto meant = nearest_word(named[i], tenants);
    found.problem(fmt::format("{}[{}]", block.path_of("tenants"), i),
                  fmt::format("there is no tenant {}{}", printable_value(named[i]),
                              meant ? fmt::format(", did you mean {}?", *meant) : std::string{}));
  }
}

} // namespace floorwalker
