#include "messages/state_observation.hpp"

#include <algorithm>

namespace floorwalker {

bool observation_batch::empty() const {
  return items.empty() && malformed == 0 && std::ranges::all_of(ignored, [](auto n) { return n == 0; });
}

void observation_batch::clear() {
  text.clear();
  items.clear();
  malformed = 0;
  ignored.fill(0);
}

std::optional<oldest_observation> oldest_of(const std::vector<observation_batch_ptr>& batches) {
  std::optional<oldest_observation> oldest;
  for (const auto& batch : batches)
    for (const auto& item : batch->items)
      oldest = older_of(oldest, oldest_observation{item.received_at, item.observed_at});
  return oldest;
}

std::optional<oldest_observation> older_of(const std::optional<oldest_observation>& one,
                                           const std::optional<oldest_observation>& other) {
  if (!one || !other) return one ? one : other;
  return oldest_observation{std::min(one->received_at, other->received_at),
                            std::min(one->observed_at, other->observed_at)};
}

} // namespace floorwalker
