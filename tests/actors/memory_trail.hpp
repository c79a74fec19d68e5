// A trail in memory: commits at once, or when the test says so.
#pragma once

#include "actors/audit/journal_storage.hpp"

#include <caf/send.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace floorwalker::testing {

/// The batch's records from index `first` on, up to but not with index `last`.
inline committed_batch_ptr part_of(const committed_batch_ptr& whole, std::size_t first, std::size_t last) {
  if (first == 0 && last == whole->positions.size()) return whole;
  auto part = std::make_shared<committed_batch>(*whole);
  auto drafts = std::make_shared<draft_batch>(*whole->drafts);
  auto keep = [=](auto& all) {
    all.erase(all.begin() + static_cast<std::ptrdiff_t>(last), all.end());
    all.erase(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(first));
  };
  keep(part->positions);
  keep(drafts->records);
  auto begin = part->positions.front().line.offset;
  auto end = part->positions.back().line.offset + part->positions.back().line.size + 1;
  part->lines = whole->lines.substr(begin, end - begin);
  for (auto& position : part->positions) position.line.offset -= begin;
  part->drafts = std::move(drafts);
  return part;
}

/// Keeps every batch. A journal that starts after another has ended may use the same one.
class memory_trail : public journal_storage {
public:
  explicit memory_trail(std::string tenant = "acme") : tenant_{std::move(tenant)} {}

  trail_beginning open(journal_actor receiver) override {
    receiver_ = std::move(receiver);
    ++opened;
    return {end_, committed_, epochs, "node-1"};
  }

  void append(const committed_batch_ptr& batch, const trail_position& end) override {
    batches.push_back(batch);
    end_ = end;
    if (!holds) commit();
  }

  /// Everything taken is committed now.
  void commit() {
    committed_ = end_.sequence;
    if (receiver_) caf::anon_send(receiver_, trail_progress{committed_, {}});
  }

  /// The disk is in trouble, or, with an empty text, no more.
  void report(std::string problem, std::string low_space = {}) {
    caf::anon_send(receiver_, trail_progress{committed_, std::move(problem), std::move(low_space)});
  }

  void publish(std::string checkpoint, utc_time at) {
    caf::anon_send(receiver_, trail_progress{committed_, {}, {}, {{std::move(checkpoint), at}}});
  }

  void read(std::uint64_t from, std::size_t, read_detail detail, std::function<void(trail_stretch)> done) override {
    reads.push_back(from);
    details.push_back(detail);
    if (!unreadable.empty()) return done({tenant_, from, nullptr, unreadable});
    for (auto& batch : batches)
      if (batch->positions.back().sequence >= from && batch->positions.back().sequence <= committed_)
        return done({tenant_, from, part_of(batch, index_in(*batch, from), batch->positions.size()), {}});
    done({tenant_, from, nullptr, {}});
  }

  std::optional<std::uint64_t> snapshot_due() override { return due; }
  void keep(trail_snapshot snapshot) override { snapshots.push_back(std::move(snapshot)); }

  /// Lets go of the journal, and with it of the actor system.
  void release() { receiver_ = nullptr; }

  bool holds = false;
  std::string unreadable;
  std::vector<epoch_start> epochs{{1, 0}};
  std::vector<committed_batch_ptr> batches;
  std::vector<std::uint64_t> reads;
  std::vector<read_detail> details; ///< that these asked for
  std::optional<std::uint64_t> due; ///< what snapshot_due() says
  std::vector<trail_snapshot> snapshots;
  std::size_t opened = 0; ///< times

private:
  static std::size_t index_in(const committed_batch& batch, std::uint64_t sequence) {
    auto first = batch.positions.front().sequence;
    return sequence <= first ? 0 : static_cast<std::size_t>(sequence - first);
  }

  std::string tenant_;
  journal_actor receiver_;
  trail_position end_;
  std::uint64_t committed_ = 0;
};

} // namespace floorwalker::testing
