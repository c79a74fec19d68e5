// A tenant's part of the supervision tree, as data. Pure.
#pragma once

#include "actors/supervision/restart_intensity.hpp"
#include "messages/system_metrics.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace floorwalker {

/// The children of a tenant in the order in which they start. Each knows only those before it, so when one fails, it
/// and all behind it start again ("rest for one"): no child is left with a handle to one that is gone.
enum class tenant_child : std::uint8_t { metrics, alerts, journal, auth, roster, connections, hub };

struct child_row {
  tenant_child child;
  std::string_view name;
  std::string_view lost; ///< what a restart costs
};

inline constexpr std::array<child_row, 7> tenant_children{{
    {tenant_child::metrics, "metrics", "the counts since the last snapshot, but for the totals"},
    {tenant_child::alerts, "alerts", "the windows; a standing alert is raised again"},
    {tenant_child::journal, "journal", "nothing: it goes on after the last sequence"},
    {tenant_child::auth, "auth", "nothing: it asks for a new token"},
    {tenant_child::roster, "roster", "nothing: the listing starts again"},
    {tenant_child::connections, "connections", "nothing: an interruption, recorded and reconciled"},
    {tenant_child::hub, "hub", "nothing: who looks gets a new snapshot"},
}};

/// More restarts than this within the period, over all children, and the tenant is failed.
inline constexpr restart_limit tenant_restart_limit{5, std::chrono::seconds{60}};
/// Between a failure and the restart, so that sockets of the old children are gone before new ones connect.
inline constexpr std::chrono::seconds tenant_restart_pause{1};
/// A drain that takes longer is cut off: the process has to end within 5 s.
inline constexpr std::chrono::seconds tenant_drain_deadline{3};

/// Listeners that are not subscribed so long after the first ones were planned are missing.
inline constexpr std::chrono::seconds tenant_start_patience{15};

/// How a tenant is, from its listeners. `begins`: they connect for the first time, and it is too early to miss any.
tenant_condition condition_of(const listener_counts& counts, bool begins);

} // namespace floorwalker
