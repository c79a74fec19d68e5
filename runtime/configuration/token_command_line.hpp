// The command line of `floorwalker token …`. Pure.
#pragma once

#include "runtime/configuration/token_requests.hpp"

#include <string>
#include <variant>
#include <vector>

namespace floorwalker {

/// A text to print: help, or what is wrong with the usage.
struct token_usage {
  std::string text;      ///< help, with its line ends; or one clause on what is wrong
  bool is_wrong = false; ///< the latter
};

/// Reads the arguments behind `token`.
std::variant<token_command_request, token_usage> parse_token_command(std::vector<std::string> arguments);

/// The help on `token`.
std::string token_help();

} // namespace floorwalker
