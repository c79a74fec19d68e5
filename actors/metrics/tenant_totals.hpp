// A tenant's figures as they grow. Pure: no CAF, no I/O, no clock.
#pragma once

#include "actors/metrics/latency_histogram.hpp"
#include "messages/journal_records.hpp"
#include "messages/system_metrics.hpp"

#include <cstdint>
#include <map>

namespace floorwalker {

/// Of the figures of an earlier process, those that its trail tells. The others are of one process: what was not written
/// down can't be told after a crash, and a figure that goes on only sometimes tells nothing.
system_metrics trail_figures(const system_metrics& recovered);

/// Adds up what the journal numbers and what happens beside it (judging rule 8).
class tenant_totals {
public:
  /// Goes on from `before`; levels and latencies begin anew.
  explicit tenant_totals(const system_metrics& before = {});

  void apply(const committed_batch& batch);
  void set_listeners(const listener_counts& counts) { sums_.listeners = counts; }
  void add_alert() { ++sums_.alerts; }

  /// All figures, consistent with each other.
  system_metrics figures() const;

private:
  struct slot_level {
    std::uint32_t active = 0;
    std::uint32_t stale = 0;
  };

  void add_tally(std::uint32_t slot, const tracker_tally& tally);

  system_metrics sums_;
  latency_histogram latency_;
  std::map<std::uint32_t, slot_level> slots_; ///< at most a tenant's slots; a tracker restates its levels each batch
};

} // namespace floorwalker
