#include "actors/connection/connect_permits.hpp"

#include <algorithm>

namespace floorwalker {

connect_permits::connect_permits(const limit_settings& limits)
    : connects_in_flight_(limits.connects_in_flight), listeners_max_(limits.max_listeners) {}

void connect_permits::wanted(const connect_wanted& wish) {
  withdrawn(wish.slot);
  (wish.handover ? handovers_ : connects_).push_back(wish);
}

void connect_permits::settled(const connect_settled& done) {
  auto [first, last] = granted_.equal_range(done.slot);
  auto at = std::find_if(first, last, [&](const auto& leave) { return leave.second.number == done.number; });
  if (at != last) granted_.erase(at);
}

void connect_permits::withdrawn(std::uint32_t slot) {
  for (auto queue : {&connects_, &handovers_})
    std::erase_if(*queue, [&](const connect_wanted& wish) { return wish.slot == slot; });
}

void connect_permits::removed(std::uint32_t slot) {
  withdrawn(slot);
  granted_.erase(slot);
}

std::vector<connect_permits::grant> connect_permits::grants(std::uint32_t places_held) {
  std::vector<grant> given;
  auto give = [&](std::deque<connect_wanted>& queue, bool second_place) {
    auto wish = queue.front();
    queue.pop_front();
    granted_.emplace(wish.slot, in_use{wish.number, wish.handover, second_place});
    given.push_back({wish.slot, {wish.number, wish.handover, second_place}});
  };
  auto count = [&](auto which) {
    return static_cast<std::uint32_t>(
        std::ranges::count_if(granted_, [&](auto& leave) { return which(leave.second); }));
  };
  auto second_places = [&] { return count([](const in_use& leave) { return leave.second_place; }); };
  // A slot that was just added may have to wait until a hand-over gives its second place back.
  if (places_held + second_places() <= listeners_max_)
    while (!connects_.empty() && granted_.size() < connects_in_flight_) give(connects_, false);
  while (!handovers_.empty() && granted_.size() < connects_in_flight_) {
    auto under_way = count([](const in_use& leave) { return leave.handover; });
    auto free_place = places_held + second_places() < listeners_max_;
    if (under_way >= handovers_at_once || (!free_place && under_way > 0)) break;
    give(handovers_, free_place);
  }
  return given;
}

} // namespace floorwalker
