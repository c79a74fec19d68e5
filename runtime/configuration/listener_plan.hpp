// How many listeners a tenant's configuration asks for, as far as that is known without the platform.
#pragma once

#include "messages/settings.hpp"

#include <cstdint>
#include <optional>

namespace floorwalker {

struct listener_plan {
  std::optional<std::uint64_t> agents; ///< nothing: all that the platform lists
  std::optional<std::uint64_t> slots;  ///< agents divided over subscriptions, rounded up
  std::uint64_t places = 0;            ///< listeners at the same time
  std::uint64_t room = 0;              ///< agents that fit

  /// Whether a hand-over must close the old connection first, since every place is taken.
  bool lacks_free_place() const { return slots && *slots >= places; }
};

inline listener_plan plan_listeners(const tenant_settings& tenant) {
  listener_plan plan;
  auto each = std::uint64_t{tenant.limits.agents_per_subscription};
  plan.places = tenant.limits.max_listeners;
  plan.room = each * plan.places;
  if (tenant.all_agents) return plan;
  plan.agents = tenant.agents.size();
  plan.slots = (tenant.agents.size() + each - 1) / each;
  return plan;
}

} // namespace floorwalker
