// What `floorwalker token …` was asked for.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace floorwalker {

enum class token_command : std::uint8_t { create, list, revoke };

/// A change of the tokens file, or a look at it. Never holds a token itself.
struct token_command_request {
  token_command command = token_command::list;
  std::string name;                       ///< create, revoke
  std::string role;                       ///< create: viewer, auditor or administrator
  std::vector<std::string> tenants;       ///< create; empty: all
  std::string tokens_file;                ///< empty: the one that the configuration names
  std::optional<std::string> config_file; ///< absent: the usual places
  bool json = false;                      ///< list
};

} // namespace floorwalker
