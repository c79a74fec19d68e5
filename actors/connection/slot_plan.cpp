#include "actors/connection/slot_plan.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

namespace floorwalker {

slot_plan::slot_plan(std::uint32_t agents_per_slot, std::uint32_t slots_max, std::uint32_t missed_listings)
    : agents_per_slot_(agents_per_slot),
      slots_max_(slots_max),
      missed_listings_(missed_listings),
      nobody_(std::make_shared<const agent_group>()) {}

/// The group takes no more memory than its agents need: it stands as long as nobody comes or goes.
void slot_plan::put(std::uint32_t slot, const agent_group& agents) {
  slots_[slot] = agents.empty() ? nobody_ : std::make_shared<const agent_group>(agents);
}

plan_change slot_plan::add(const agent_group& agents) {
  plan_change change;
  agent_group filled; ///< those of the first free slot, with who joins them
  for (const auto& agent : agents) {
    if (by_key_.contains(agent->key())) continue;
    auto joined = change.slots.contains(first_free_);
    while (first_free_ < slots_.size() &&
           ((joined ? filled : *slots_[first_free_]).size() >= agents_per_slot_ || closed_.contains(first_free_))) {
      if (std::exchange(joined, false)) put(first_free_, filled);
      ++first_free_;
    }
    if (first_free_ >= slots_max_) {
      ++change.without_place;
      continue;
    }
    if (first_free_ == slots_.size()) slots_.push_back(nobody_);
    if (change.slots.insert(first_free_).second) filled = *slots_[first_free_];
    filled.push_back(agent);
    by_key_.emplace(agent, place{first_free_, 0});
    ++change.hired;
  }
  if (change.slots.contains(first_free_)) put(first_free_, filled);
  return change;
}

template <class Leaves>
plan_change slot_plan::remove_if(Leaves leaves) {
  plan_change change;
  std::map<std::uint32_t, agent_group> leaving;
  for (auto& [who, where] : by_key_)
    if (leaves(who->key(), where)) leaving[where.slot].push_back(who);
  for (const auto& [slot, gone] : leaving) {
    auto stay = *slots_[slot];
    std::erase_if(stay, [&gone = gone](const auto& agent) { return std::ranges::count(gone, agent) > 0; });
    put(slot, stay);
    for (const auto& agent : gone) by_key_.erase(agent);
    change.slots.insert(slot);
    change.left += gone.size();
    first_free_ = std::min(first_free_, slot);
  }
  return change;
}

plan_change slot_plan::add_to(plan_change change, const agent_group& agents) {
  auto added = add(agents);
  change.slots.merge(added.slots);
  change.hired = added.hired;
  change.without_place = added.without_place;
  return change;
}

plan_change slot_plan::follow(const agent_listing& listing) {
  auto change = remove_if([&](std::string_view key, place& where) {
    where.missed = listing.find(key) ? 0 : where.missed + 1;
    return where.missed >= missed_listings_;
  });
  agent_group listed;
  listed.reserve(listing.agents.size());
  for (const auto& row : listing.agents) listed.push_back(row.who);
  return add_to(std::move(change), listed);
}

plan_change slot_plan::become(const agent_group& agents) {
  std::set<std::string_view> wanted;
  for (const auto& agent : agents) wanted.insert(agent->key());
  return add_to(remove_if([&](std::string_view key, const place&) { return !wanted.contains(key); }), agents);
}

void slot_plan::reopen(std::uint32_t slot) {
  if (closed_.erase(slot) > 0) first_free_ = std::min(first_free_, slot);
}

agent_group_ptr slot_plan::agents(std::uint32_t slot) const { return slot < slots_.size() ? slots_[slot] : nobody_; }

std::vector<std::uint32_t> slot_plan::slots() const {
  std::vector<std::uint32_t> used;
  for (std::uint32_t i = 0; i < slots_.size(); ++i)
    if (!slots_[i]->empty()) used.push_back(i);
  return used;
}

std::uint32_t slot_plan::slot_of(std::string_view key) const {
  auto at = by_key_.find(key);
  return at == by_key_.end() ? no_slot : at->second.slot;
}

} // namespace floorwalker
