// Public keys from files that a command line names.
#pragma once

#include "runtime/audit/file_system.hpp"
#include "runtime/auditing/public_keys.hpp"

#include <string>
#include <vector>

namespace floorwalker {

/// Adds the keys of every file. One clause on the first that can't be used, or nothing.
std::string add_key_files(file_system& files, const std::vector<std::string>& names, public_keys& keys);

} // namespace floorwalker
