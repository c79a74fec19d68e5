// Values as a configuration file writes them: for the dump, the reference and messages. Reading them back gives the
// same value, which CAF's own to_string does not promise.
#pragma once

#include <caf/settings.hpp>

#include <chrono>
#include <cstddef>
#include <string>

namespace floorwalker {

/// "2500ms", "5min": the largest unit that leaves a whole number.
std::string duration_text(std::chrono::nanoseconds duration);

/// One value on one line; texts in quotes, blocks and lists in brackets.
std::string value_text(const caf::config_value& value);

/// The value for a message: what it is and, unless it is long, what it says.
std::string found_text(const caf::config_value& value);

/// A whole tree, an entry a line, blocks indented by two spaces a level.
std::string settings_text(const caf::settings& tree, std::size_t indent = 0);

} // namespace floorwalker
