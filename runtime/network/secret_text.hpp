// Reading and forgetting client secrets.
#pragma once

#include "messages/settings.hpp"

#include <string>

namespace floorwalker {

/// Overwrites the text in a way the compiler may not leave out, and empties it.
void wipe(std::string& text);

/// The tenant's client secret, read anew from its file or variable; one newline at the end is taken off.
/// Throws network_failure that names the file or variable, never the value. May block on the disk for a moment.
std::string read_client_secret(const tenant_settings& tenant);

} // namespace floorwalker
