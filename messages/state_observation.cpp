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

} // namespace floorwalker
