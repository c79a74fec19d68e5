// A trail that ends with the process: its last records, in memory.
#pragma once

#include "actors/audit/commit_queue.hpp"
#include "actors/audit/journal_storage.hpp"

#include <caf/send.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace floorwalker {

/// Commits at once, and keeps about `bytes` of the newest records so that sinks can catch up. A journal that crashed
/// goes on with the next sequence. Any thread may read.
class recent_trail : public journal_storage {
public:
  explicit recent_trail(std::string tenant, std::size_t bytes = std::size_t{16} << 20)
      : tenant_{std::move(tenant)}, bytes_max_{bytes} {}

  trail_beginning open(journal_actor receiver) override {
    std::lock_guard lock{mutex_};
    receiver_ = std::move(receiver);
    return {end_, end_.sequence, {{1, 0}}, "node-1"};
  }

  /// From now on nothing is committed until `release`: a disk that hangs.
  void hold() {
    std::lock_guard lock{mutex_};
    held_ = true;
  }
  void release() {
    std::lock_guard lock{mutex_};
    held_ = false;
    if (receiver_) caf::anon_send(receiver_, trail_progress{end_.sequence, {}});
  }

  void append(const committed_batch_ptr& batch, const trail_position& end) override {
    std::lock_guard lock{mutex_};
    kept_.push_back(batch);
    bytes_ += bytes_of(*batch);
    while (bytes_ > bytes_max_ && kept_.size() > 1) {
      bytes_ -= bytes_of(*kept_.front());
      kept_.pop_front();
    }
    end_ = end;
    if (!held_) caf::anon_send(receiver_, trail_progress{end.sequence, {}});
  }

  void read(std::uint64_t from, std::size_t, read_detail, std::function<void(trail_stretch)> done) override {
    done({tenant_, from, find(from), {}});
  }

  std::optional<std::uint64_t> snapshot_due() override { return std::nullopt; }
  void keep(trail_snapshot) override {}

private:
  /// Whoever reads has come to the end of a batch, so that batches are never divided.
  committed_batch_ptr find(std::uint64_t from) {
    std::lock_guard lock{mutex_};
    auto first = [](const committed_batch_ptr& batch) { return batch->positions.front().sequence; };
    auto at = std::ranges::lower_bound(kept_, from, {}, first);
    return at == kept_.end() ? nullptr : *at;
  }

  std::string tenant_;
  std::size_t bytes_max_;
  std::mutex mutex_;
  journal_actor receiver_;
  std::deque<committed_batch_ptr> kept_;
  std::size_t bytes_ = 0;
  bool held_ = false;
  trail_position end_;
};

} // namespace floorwalker
