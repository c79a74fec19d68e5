#include "actors/sinks/trail_course.hpp"

#include <algorithm>
#include <utility>

namespace floorwalker {

std::uint64_t next_after(const trail_cursor& cursor, const std::vector<epoch_start>& epochs) {
  auto next = cursor.sequence + 1;
  for (auto& begun : epochs)
    if (begun.epoch > cursor.epoch) next = std::min(next, begun.after + 1);
  return next;
}

bool trail_course::offered(const committed_batch_ptr& batch, bool room) {
  auto first = batch->positions.front().sequence;
  grown(batch->positions.back().sequence);
  if (reading_) {
    if (!kept_.empty() && kept_.back()->positions.back().sequence + 1 != first) kept_.clear();
    kept_.push_back(batch);
    if (kept_.size() > ahead_max) kept_.pop_front();
    return false;
  }
  if (!room || first != next_) return false;
  take(*batch);
  return true;
}

trail_course::answer trail_course::read(const trail_stretch& stretch) {
  if (!reading_ || stretch.from != next_) return {};
  reading_ = false;
  if (!stretch.problem.empty()) return {true, 0, stretch.problem};
  // It was asked only since the journal said that there are records. To ask again at once would go on for ever.
  if (!stretch.batch) return {true, 0, "it gives no records"};
  auto first = stretch.batch->positions.front().sequence;
  if (first < next_) return {true, 0, "it gives records that were not asked for"};
  auto missing = first - next_;
  take(*stretch.batch);
  return {true, missing};
}

committed_batch_ptr trail_course::take_kept() {
  while (!kept_.empty() && kept_.front()->positions.front().sequence < next_) kept_.pop_front();
  if (kept_.empty() || kept_.front()->positions.front().sequence != next_) return nullptr;
  auto batch = std::move(kept_.front());
  kept_.pop_front();
  take(*batch);
  return batch;
}

} // namespace floorwalker
