#include "runtime/configuration/receiver_reader.hpp"

#include "runtime/configuration/text_forms.hpp"
#include "runtime/configuration/typed_block.hpp"

namespace floorwalker {
namespace {

std::string_view word(const placed_block& block, std::string_view key, const findings& found) {
  const auto* value = block.find(key);
  return value && found.sound(block.path_of(key)) ? std::string_view{caf::get<std::string>(*value)}
                                                  : std::string_view{};
}

void check_url(const placed_block& block, const receiver_settings& receiver, findings& found) {
  auto path = block.path_of("url");
  if (!block.has("url")) return found.problem(path, "missing: whoever is told has one");
  auto url = word(block, "url", found);
  if (receiver.type == receiver_type::alertmanager && url.find('?') != url.npos)
    found.problem(path, "expected an Alertmanager's address without a query");
  if (receiver.type == receiver_type::webhook && !receiver.allow_private_targets && url.starts_with("http://"))
    found.problem(path, "a loopback address needs allow-private-targets = true");
}

} // namespace

receiver_settings read_receiver(const std::string& name, const placed_block& block,
                                const std::vector<std::string>& tenants, const surroundings& around, findings& found) {
  if (!is_name(name))
    found.problem(block.path, "expected a receiver's name of 1 to 64 letters, digits, dots, underscores and hyphens");
  receiver_settings receiver;
  receiver.name = name;
  auto keys = declarations(receiver_keys());
  check_block(block, keys, {}, around, found);
  take_values(block, receiver_keys(), found, receiver);
  auto type = word(block, "type", found);
  if (!block.has("type"))
    found.problem(block.path_of("type"), "missing: expected one of \"alertmanager\", \"webhook\"");
  if (!type.empty()) {
    receiver.type = type == "webhook" ? receiver_type::webhook : receiver_type::alertmanager;
    check_keys_of_type(block, keys, type, "receivers", found);
    check_url(block, receiver, found);
  }
  check_one_source(block, "authorization", found);
  check_one_source(block, "secret", found);
  check_tenant_names(block, receiver.tenants, tenants, found);
  return receiver;
}

caf::settings effective_receiver(const placed_block& block, const receiver_settings& settings) {
  return effective_typed_block(block, receiver_keys(), settings, type_word(settings.type));
}

std::string_view type_word(receiver_type type) { return type == receiver_type::webhook ? "webhook" : "alertmanager"; }

} // namespace floorwalker
