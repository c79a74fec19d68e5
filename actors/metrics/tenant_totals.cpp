#include "actors/metrics/tenant_totals.hpp"

#include <cstddef>

namespace floorwalker {

system_metrics trail_figures(const system_metrics& recovered) {
  system_metrics kept;
  kept.total_processed = recovered.total_processed;
  kept.valid = recovered.valid;
  kept.unverified_transitions = recovered.unverified_transitions;
  kept.out_of_order = recovered.out_of_order;
  kept.gaps = recovered.gaps;
  kept.interruptions = recovered.interruptions;
  kept.through_sequence = recovered.through_sequence;
  return kept;
}

tenant_totals::tenant_totals(const system_metrics& before) : sums_{before} {
  sums_.active_agents = sums_.stale_agents = 0;
  sums_.listeners = {};
}

void tenant_totals::apply(const committed_batch& batch) {
  std::uint64_t gaps = 0;
  std::uint64_t out_of_order = 0;
  for (auto& record : batch.drafts->records) {
    if (record.kind != record_kind::transition) continue;
    gaps += (record.flags & flag_gap) != 0 ? 1 : 0;
    out_of_order += (record.flags & flag_out_of_order) != 0 ? 1 : 0;
    latency_.record(record.latency_ms);
  }
  if (!batch.positions.empty()) {
    auto& last = batch.positions.back();
    sums_.total_processed = last.total;
    sums_.valid = last.valid_total;
    sums_.unverified_transitions = last.total - last.valid_total;
    sums_.through_sequence = last.sequence;
  }
  sums_.gaps += gaps;
  sums_.out_of_order += out_of_order;
  add_tally(batch.drafts->slot, batch.drafts->tally);
}

void tenant_totals::add_tally(std::uint32_t slot, const tracker_tally& tally) {
  sums_.duplicates += tally.duplicates;
  sums_.handover_copies += tally.handover_copies;
  sums_.malformed += tally.malformed;
  sums_.interruptions += tally.interruptions;
  for (std::size_t i = 0; i < tally.ignored.size(); ++i) sums_.ignored[i] += tally.ignored[i];
  slots_[slot] = {tally.active_agents, tally.stale_agents};
}

system_metrics tenant_totals::figures() const {
  auto figures = sums_;
  for (auto& [slot, level] : slots_) {
    figures.active_agents += level.active;
    figures.stale_agents += level.stale;
  }
  figures.latency_p50_ms = latency_.percentile_ms(50);
  figures.latency_p90_ms = latency_.percentile_ms(90);
  figures.latency_p99_ms = latency_.percentile_ms(99);
  figures.latency_max_ms = latency_.max_ms();
  return figures;
}

} // namespace floorwalker
