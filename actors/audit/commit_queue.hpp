// Which batches wait for the disk, and whether more may come. Pure: no CAF, no I/O, no clock.
#pragma once

#include "messages/journal_records.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <utility>
#include <vector>

namespace floorwalker {

/// The memory that a committed batch keeps alive, about.
inline std::size_t bytes_of(const committed_batch& batch) { return batch.lines.size() + batch.drafts->text.size(); }

/// Batches in the order of their sequences, until they are committed. Above `bytes_max` it is full: it still takes what
/// comes, and whoever brought it is to wait.
class commit_queue {
public:
  explicit commit_queue(std::size_t bytes_max) : bytes_max_{bytes_max} {}

  /// A batch with at least one record.
  void push(committed_batch_ptr batch) {
    bytes_ += bytes_of(*batch);
    waiting_.push_back(std::move(batch));
  }

  /// The next batch of which every record is committed now; null if there is none.
  committed_batch_ptr pop(std::uint64_t committed) {
    if (waiting_.empty() || waiting_.front()->positions.back().sequence > committed) return nullptr;
    auto batch = std::move(waiting_.front());
    waiting_.pop_front();
    bytes_ -= bytes_of(*batch);
    return batch;
  }

  bool full() const { return bytes_ >= bytes_max_; }
  bool empty() const { return waiting_.empty(); }

  std::size_t records() const {
    std::size_t sum = 0;
    for (auto& batch : waiting_) sum += batch->positions.size();
    return sum;
  }

private:
  std::size_t bytes_max_;
  std::size_t bytes_ = 0;
  std::deque<committed_batch_ptr> waiting_;
};

} // namespace floorwalker
