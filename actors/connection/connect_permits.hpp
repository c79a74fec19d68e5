// Who may connect when: a connect storm is paced, and hand-overs take turns for the free listener places. Pure.
#pragma once

#include "messages/actors.hpp"
#include "messages/settings.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <vector>

namespace floorwalker {

/// So many hand-overs at once, so that a renewal does not double a large tenant's connections.
inline constexpr std::uint32_t handovers_at_once = 4;

/// Gives leaves to connect, first come, first served; connects before hand-overs.
///
/// Every slot that is not stopped holds one listener place. A hand-over that makes before it breaks needs a second one
/// while it lasts; where none is free, hand-overs break before they make, one by one.
class connect_permits {
public:
  struct grant {
    std::uint32_t slot = 0;
    connect_granted leave;
  };

  explicit connect_permits(const limit_settings& limits);

  /// A slot wants to connect; its older wish, if that still waits, is forgotten.
  void wanted(const connect_wanted& wish);
  void settled(const connect_settled& done);
  /// The slot wants nothing more; a leave that it still uses goes on until it is settled.
  void withdrawn(std::uint32_t slot);
  /// The slot is gone for good: its wishes and leaves end.
  void removed(std::uint32_t slot);

  /// The leaves that can be given now, with `places_held` slots that are not stopped.
  std::vector<grant> grants(std::uint32_t places_held);

  std::size_t in_flight() const { return granted_.size(); }

private:
  struct in_use {
    std::uint64_t number = 0;
    bool handover = false;
    bool second_place = false;
  };

  std::uint32_t connects_in_flight_;
  std::uint32_t listeners_max_;
  std::deque<connect_wanted> connects_;  ///< at most one a slot
  std::deque<connect_wanted> handovers_; ///< at most one a slot
  std::multimap<std::uint32_t, in_use> granted_;
};

} // namespace floorwalker
