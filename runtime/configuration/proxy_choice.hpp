// Which proxy the environment asks for. Pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace floorwalker {

/// Whether a NO_PROXY list excepts the host: "*", names that match themselves and their subdomains (with or without a
/// leading dot), addresses; an entry with :port counts for that port only.
bool excepted_from_proxy(std::string_view no_proxy, std::string_view host, std::uint16_t port);

} // namespace floorwalker
