// The command line of `floorwalker status` and `floorwalker watch`. Pure.
#pragma once

#include "runtime/configuration/client_requests.hpp"

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace floorwalker {

/// A text to print: help, or what is wrong with the usage.
struct client_usage {
  std::string text;      ///< help, with its line ends; or one clause on what is wrong
  bool is_wrong = false; ///< the latter
};

using client_parse = std::variant<status_request, trace_request, watch_request, client_usage>;

/// Reads the arguments behind `command`, which is status or watch.
client_parse parse_client_command(const std::string& command, std::vector<std::string> arguments);

/// The help on status or watch.
std::string client_help(std::string_view command);

} // namespace floorwalker
