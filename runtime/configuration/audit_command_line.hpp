// The command line of `floorwalker audit …`. Pure.
#pragma once

#include "runtime/configuration/audit_requests.hpp"

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace floorwalker {

/// Reads the arguments behind `audit`. The alternative is a text to print: help, or what is wrong with the usage.
struct audit_usage {
  std::string text;      ///< help, with its line ends; or one clause on what is wrong
  bool is_wrong = false; ///< the latter
};
std::variant<audit_request, audit_usage> parse_audit_command(std::vector<std::string> arguments);

/// The help on `audit`, or on one of its commands; empty for words that are none.
std::string audit_help(std::string_view command);

} // namespace floorwalker
