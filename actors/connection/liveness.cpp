#include "actors/connection/liveness.hpp"

namespace floorwalker {

liveness_watch::step liveness_watch::look(steady_time now, std::uint64_t heard, bool paused) {
  if (paused || heard != heard_) {
    heard_ = heard;
    quiet_since_ = now;
    pinged_.reset();
    return {false, false, settings_.ping_interval};
  }
  if (pinged_) {
    auto waited = now - *pinged_;
    if (waited >= settings_.timeout) return {false, true, {}};
    return {false, false, settings_.timeout - waited};
  }
  auto quiet = now - quiet_since_;
  if (quiet < settings_.ping_interval) return {false, false, settings_.ping_interval - quiet};
  pinged_ = now;
  return {true, false, settings_.timeout};
}

} // namespace floorwalker
