#include "actors/supervision/restart_intensity.hpp"

namespace floorwalker {

bool restart_intensity::allow(steady_time now) {
  while (!recent_.empty() && recent_.front() < now - limit_.period) recent_.pop_front();
  if (recent_.size() >= limit_.restarts) return false;
  recent_.push_back(now);
  return true;
}

} // namespace floorwalker
