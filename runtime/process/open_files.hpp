// The limit of open files: every listener is one.
#pragma once

#include "messages/settings.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace floorwalker {

/// Files that the process opens besides its listeners: logs, sinks, requests to the platform, CAF's own.
inline constexpr std::uint64_t files_besides_listeners = 64;

/// Descriptors that the plan of these tenants may need at once: a listener each, hand-overs, and the rest.
/// For agents = "all" the most that the limits allow is not assumed, since nobody knows the number before the listing.
std::uint64_t files_needed(const std::vector<tenant_settings>& tenants);

/// How many of the `wanted` connections the HTTP server may have, so that its clients never take the files that the
/// floor needs; 16 at least.
std::uint32_t connections_that_fit(std::uint32_t wanted, std::uint64_t needed, std::uint64_t limit);

/// Raises the soft limit as far as the hard one allows, and returns what it then is.
std::uint64_t raise_open_file_limit();

} // namespace floorwalker
