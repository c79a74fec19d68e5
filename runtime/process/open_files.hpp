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

/// Raises the soft limit as far as the hard one allows, and returns what it then is.
std::uint64_t raise_open_file_limit();

} // namespace floorwalker
