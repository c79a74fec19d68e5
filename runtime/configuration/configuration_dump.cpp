#include "runtime/configuration/configuration.hpp"
#include "runtime/configuration/text_forms.hpp"
#include "runtime/configuration/value_text.hpp"

#include <array>

namespace floorwalker {
namespace {

/// CAF's options hold secrets by value (caf.openssl.passphrase), so those are told by their names.
bool names_a_secret(std::string_view key) {
  auto lower = ascii_lower(key);
  for (auto word : std::array{"passphrase", "password", "secret", "token"})
    if (lower.find(word) != std::string::npos) return true;
  return false;
}

caf::settings without_secrets(const caf::settings& tree) {
  caf::settings clean;
  for (auto& [key, value] : tree) {
    if (names_a_secret({key.data(), key.size()}))
      clean.insert_or_assign(key, caf::config_value{"(not shown)"});
    else if (auto* block = caf::get_if<caf::settings>(&value))
      clean.insert_or_assign(key, caf::config_value{without_secrets(*block)});
    else
      clean.insert_or_assign(key, value);
  }
  return clean;
}

} // namespace

std::string dump_configuration(const configuration_result& result) {
  // Our own secrets never get into the tree: there are only names of variables and files.
  return settings_text(result.effective) + settings_text(without_secrets(result.framework));
}

} // namespace floorwalker
