// Which agent is watched by which slot. Sticky: an agent stays in its slot, and a new one fills a free place. Pure.
#pragma once

#include "messages/agents.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <cstddef>
#include <cstdint>
#include <set>
#include <string_view>
#include <vector>

namespace floorwalker {

/// What an update of the plan changed.
struct plan_change {
  std::set<std::uint32_t> slots; ///< whose agents are others now; an emptied slot has no agents left
  std::size_t hired = 0;
  std::size_t left = 0;
  std::size_t without_place = 0; ///< agents that don't fit
};

/// The plan of one tenant.
class slot_plan {
public:
  /// A listing that misses an agent may be an accident; `missed_listings` in a row are not.
  slot_plan(std::uint32_t agents_per_slot, std::uint32_t slots_max, std::uint32_t missed_listings = 2);

  /// Plans agents that are not yet in it, in their order, each into the first slot with a free place.
  plan_change add(const agent_group& agents);

  /// A complete listing: its new agents are added; those it misses once too often in a row leave.
  plan_change follow(const agent_listing& listing);

  /// Exactly these agents: others leave, and new ones are added.
  plan_change become(const agent_group& agents);

  /// This slot monitors nobody any more: agents that come from now on are planned elsewhere; those it has stay.
  void close(std::uint32_t slot) { closed_.insert(slot); }
  /// It is gone for good, and its number may be used again.
  void reopen(std::uint32_t slot);

  /// The agents of one slot, in the order they came: another group when others are in it. Never null.
  agent_group_ptr agents(std::uint32_t slot) const;
  /// Slots that have agents.
  std::vector<std::uint32_t> slots() const;
  /// The slot that watches this agent; none: no_slot.
  std::uint32_t slot_of(std::string_view key) const;
  static constexpr std::uint32_t no_slot = ~std::uint32_t{0};

  std::size_t places() const { return std::size_t{agents_per_slot_} * slots_max_; }
  std::size_t agents_planned() const { return by_key_.size(); }

private:
  template <class Leaves>
  plan_change remove_if(Leaves leaves);
  plan_change add_to(plan_change change, const agent_group& agents);

  void put(std::uint32_t slot, const agent_group& agents);

  struct place {
    std::uint32_t slot = 0;
    std::uint32_t missed = 0; ///< listings in a row
  };

  std::uint32_t agents_per_slot_;
  std::uint32_t slots_max_;
  std::uint32_t missed_listings_;
  agent_group_ptr nobody_;
  std::vector<agent_group_ptr> slots_; ///< shared with who watches them
  std::uint32_t first_free_ = 0;       ///< no slot below has a free place
  std::set<std::uint32_t> closed_;     ///< slots that take no more agents
  boost::unordered_flat_map<agent_identity_ptr, place, agent_key_hash, agent_key_equal> by_key_;
};

} // namespace floorwalker
