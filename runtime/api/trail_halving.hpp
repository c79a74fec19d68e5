// Finding the place of a time in a trail with few reads. Pure.
#pragma once

#include "messages/journal_records.hpp"
#include "messages/time.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>

namespace floorwalker {

/// Looks for the first record that was received at a time or later, by halving what is left. Receipt times rise with
/// the sequences but for the moments between trackers.
class trail_halving {
public:
  /// Halving ends where a read gives the rest at once.
  static constexpr std::uint64_t near_enough = 512;

  /// Among the records 1 to `end`.
  trail_halving(utc_time wanted, std::uint64_t end) : wanted_{wanted}, high_{end + 1} {}

  /// The record to read next, alone; none: found.
  std::optional<std::uint64_t> next() const {
    if (high_ <= low_ || high_ - low_ <= near_enough) return std::nullopt;
    return middle();
  }

  /// What the read of next() gave. Where that is no longer kept, it is the oldest record that is.
  void told(const committed_batch& given) {
    auto asked = middle();
    if (given.drafts->records.front().received_at < wanted_)
      low_ = given.positions.front().sequence + 1;
    else
      high_ = std::min(high_ - 1, asked);
  }

  /// Every record before it is older.
  std::uint64_t from() const { return low_; }

private:
  std::uint64_t middle() const { return low_ + (high_ - low_) / 2; }

  utc_time wanted_;
  std::uint64_t low_ = 1;
  std::uint64_t high_; ///< every record from it on is not older
};

} // namespace floorwalker
