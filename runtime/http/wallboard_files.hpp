// The built wallboard in memory, and its routes.
#pragma once

#include "runtime/http/http_routes.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace floorwalker {

/// Where the wallboard's files may be for a program at `executable`, best first: share/floorwalker/wallboard beside the
/// bin folder it is installed in; in a build tree, dashboard/dist of the sources. Pure.
std::vector<std::filesystem::path> wallboard_places(const std::filesystem::path& executable);

/// The folder to serve: `configured` unless that is empty, else the first place with an index.html; nothing if none has.
std::optional<std::filesystem::path> find_wallboard(const std::string& configured);

/// Reads the folder and adds a route for every file, `/` for index.html. What is not a plain file below the folder is
/// left out. Without a folder `/` says how to build the page. Throws std::runtime_error if the folder can't be read or
/// holds more than 16 MiB or 500 files.
void add_wallboard_routes(http_routes& routes, const std::optional<std::filesystem::path>& folder);

} // namespace floorwalker
