#include "runtime/audit/segment_table.hpp"

#include <algorithm>
#include <utility>

namespace floorwalker {

void segment_table::add(readable_segment begun) {
  std::lock_guard lock{mutex_};
  segments_.push_back(std::move(begun));
}

void segment_table::commit(std::uint64_t end, std::uint64_t sequence) {
  std::lock_guard lock{mutex_};
  segments_.back().end = end;
  committed_ = sequence;
}

void segment_table::remove_front(std::size_t count) {
  std::lock_guard lock{mutex_};
  segments_.erase(segments_.begin(), segments_.begin() + static_cast<std::ptrdiff_t>(count));
}

std::uint64_t segment_table::committed() const {
  std::lock_guard lock{mutex_};
  return committed_;
}

std::vector<readable_segment> segment_table::segments() const {
  std::lock_guard lock{mutex_};
  return segments_;
}

std::optional<reading_place> segment_table::find(std::uint64_t sequence) const {
  std::lock_guard lock{mutex_};
  if (segments_.empty()) return std::nullopt;
  sequence = std::max(sequence, segments_.front().first_sequence);
  if (sequence > committed_) return std::nullopt;
  // The last one that begins at or before it: segments without records share their first sequence with the next one.
  auto next = std::ranges::upper_bound(segments_, sequence, {}, &readable_segment::first_sequence);
  auto last = next == segments_.end() ? committed_ : next->first_sequence - 1;
  return reading_place{*(next - 1), last};
}

} // namespace floorwalker
