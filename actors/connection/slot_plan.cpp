#include "actors/connection/slot_plan.hpp"

#include <algorithm>
#include <utility>

namespace floorwalker {

slot_plan::slot_plan(std::uint32_t agents_per_slot, std::uint32_t slots_max, std::uint32_t missed_listings)
    : agents_per_slot_(agents_per_slot), slots_max_(slots_max), missed_listings_(missed_listings) {}

plan_change slot_plan::add(const std::vector<planned_agent>& agents) {
  plan_change change;
  for (const auto& agent : agents) {
    if (by_key_.contains(agent.key)) continue;
    while (first_free_ < slots_.size() &&
           (slots_[first_free_].size() >= agents_per_slot_ || closed_.contains(first_free_)))
      ++first_free_;
    if (first_free_ >= slots_max_) {
      ++change.without_place;
      continue;
    }
    if (first_free_ == slots_.size()) slots_.emplace_back();
    slots_[first_free_].push_back(agent);
    by_key_.emplace(agent.key, place{first_free_, 0});
    change.slots.insert(first_free_);
    ++change.hired;
  }
  return change;
}

template <class Leaves>
plan_change slot_plan::remove_if(Leaves leaves) {
  plan_change change;
  for (auto at = by_key_.begin(); at != by_key_.end();) {
    const auto& key = at->first;
    auto& where = at->second;
    if (!leaves(key, where)) {
      ++at;
      continue;
    }
    std::erase_if(slots_[where.slot], [&](const planned_agent& agent) { return agent.key == key; });
    change.slots.insert(where.slot);
    first_free_ = std::min(first_free_, where.slot);
    ++change.left;
    at = by_key_.erase(at);
  }
  return change;
}

plan_change slot_plan::add_to(plan_change change, const std::vector<planned_agent>& agents) {
  auto added = add(agents);
  change.slots.merge(added.slots);
  change.hired = added.hired;
  change.without_place = added.without_place;
  return change;
}

plan_change slot_plan::follow(const agent_listing& listing) {
  auto change = remove_if([&](const std::string& key, place& where) {
    where.missed = listing.find(key) ? 0 : where.missed + 1;
    return where.missed >= missed_listings_;
  });
  std::vector<planned_agent> listed;
  listed.reserve(listing.agents.size());
  for (const auto& row : listing.agents) listed.push_back({row.id, row.key, row.name, row.team});
  return add_to(std::move(change), listed);
}

plan_change slot_plan::become(const std::vector<planned_agent>& agents) {
  std::set<std::string_view> wanted;
  for (const auto& agent : agents) wanted.insert(agent.key);
  return add_to(remove_if([&](const std::string& key, const place&) { return !wanted.contains(key); }), agents);
}

void slot_plan::reopen(std::uint32_t slot) {
  if (closed_.erase(slot) > 0) first_free_ = std::min(first_free_, slot);
}

agent_group slot_plan::agents(std::uint32_t slot) const { return slot < slots_.size() ? slots_[slot] : agent_group{}; }

std::vector<std::uint32_t> slot_plan::slots() const {
  std::vector<std::uint32_t> used;
  for (std::uint32_t i = 0; i < slots_.size(); ++i)
    if (!slots_[i].empty()) used.push_back(i);
  return used;
}

std::uint32_t slot_plan::slot_of(std::string_view key) const {
  auto at = by_key_.find(key);
  return at == by_key_.end() ? no_slot : at->second.slot;
}

} // namespace floorwalker
