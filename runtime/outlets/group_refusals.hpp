// The records of a group that its receiver refuses for good, so that each becomes one dead letter.
#pragma once

#include "actors/wall_clock.hpp"
#include "runtime/outlets/dead_letter_file.hpp"
#include "runtime/outlets/delivered_records.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace floorwalker {

/// A record, by its index in the group, and one clause on why it is refused.
struct refusal {
  std::size_t index = 0;
  std::string reason;
};

/// Remembers what was refused of the group under way: a group that is given again refuses nothing twice. For one
/// thread.
class group_refusals {
public:
  group_refusals(dead_letter_file letters, std::shared_ptr<const wall_clock> clock)
      : letters_{std::move(letters)}, clock_{std::move(clock)} {}

  /// The group `number` of so many records is under way now.
  void enter(std::uint64_t number, std::size_t records);

  bool holds(std::size_t index) const { return refused_[index]; }

  /// Puts the records into the dead letters, and returns when they are on the disk. Gives a clause on what failed; then
  /// none is refused.
  std::string keep(const std::vector<delivered_record>& records, std::span<const refusal> refusals);

  /// How many records were refused since the last call.
  std::uint64_t take_count() { return std::exchange(count_, 0); }

private:
  dead_letter_file letters_;
  std::shared_ptr<const wall_clock> clock_;
  std::uint64_t number_ = 0;
  std::vector<bool> refused_;
  std::uint64_t count_ = 0;
};

} // namespace floorwalker
