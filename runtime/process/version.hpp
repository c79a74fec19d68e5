// What this build is.
#pragma once

#include <string>

namespace floorwalker {

/// "0.1.0 (CAF 0.18.7, OpenSSL 3.0.19)", for `floorwalker version`.
std::string version_text();

/// "floorwalker/0.1.0": how client commands introduce themselves to a node.
std::string client_name();

} // namespace floorwalker
