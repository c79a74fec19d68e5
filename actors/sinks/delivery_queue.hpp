// What a sink still has to write, and when it has room for more. Pure: no CAF, no I/O, no clock.
#pragma once

#include "actors/sinks/outlet.hpp"

#include <cstddef>
#include <cstdint>

namespace floorwalker {

/// The bound above which a sink takes no more; it reads the trail when there is room again.
struct queue_bound {
  std::size_t deliveries = 512;
  std::size_t bytes = std::size_t{8} << 20;
};

/// A first-in, first-out queue of deliveries, of which the front part is being written as one group.
class delivery_queue {
public:
  /// Groups are numbered from `groups_before` + 1 on.
  explicit delivery_queue(queue_bound bound = {}, std::uint64_t groups_before = 0)
      : bound_{bound}, group_number_{groups_before} {}

  void push(delivery next);

  /// True while another delivery may come. One that is accepted may be larger than the room that is left.
  bool has_room() const { return deliveries_ < bound_.deliveries && bytes_ < bound_.bytes; }

  bool empty() const { return deliveries_ == 0; }
  std::size_t records() const { return records_; } ///< that are not known to be written

  /// Everything that waits becomes the group under way. Null if one is under way already or nothing waits.
  delivery_group_ptr begin_group();
  const delivery_group_ptr& group() const { return group_; } ///< under way; null: none
  std::size_t group_records() const;                         ///< of the group under way
  std::uint64_t group_number() const { return group_number_; }

  /// The group under way is written.
  void finish_group();

private:
  queue_bound bound_;
  delivery_group waiting_;
  delivery_group_ptr group_;
  std::uint64_t group_number_;
  std::size_t deliveries_ = 0;
  std::size_t bytes_ = 0;
  std::size_t records_ = 0;
};

} // namespace floorwalker
