// Reading and forgetting secrets.
#pragma once

#include "messages/settings.hpp"

#include <string>
#include <string_view>

namespace floorwalker {

/// Overwrites the text in a way the compiler may not leave out, and empties it.
void wipe(std::string& text);

/// A secret, read anew from `file`, or from the environment variable if that is empty; one newline at the end is taken
/// off. `file_key` is the configuration key that named the file. Throws network_failure that names the file or
/// variable, never the value. May block on the disk for a moment.
std::string read_secret(std::string_view file_key, const std::string& file, const std::string& variable);

/// The tenant's client secret, read anew.
std::string read_client_secret(const tenant_settings& tenant);

} // namespace floorwalker
