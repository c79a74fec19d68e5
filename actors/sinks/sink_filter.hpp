// Which records a sink delivers, and as what text. Pure: no CAF, no I/O.
#pragma once

#include "messages/journal_records.hpp"
#include "messages/settings.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace floorwalker {

/// What a committed batch is to one sink.
struct selection {
  std::size_t records = 0;                 ///< 0: nothing to deliver
  std::shared_ptr<const std::string> text; ///< null if the sink's view reads the batch itself
  std::vector<std::uint32_t> selected;     ///< indices of the records, rising; empty: all of them
};

/// Selects by the sink's settings. Audit entries are passed on as the journal wrote them, without a copy. A dashboard
/// gets the authorized transitions, the unauthorized ones only with include-unverified (marked "verified": false), and
/// never one that was out of order: it would set the agent back.
class sink_filter {
public:
  explicit sink_filter(const sink_settings& settings);

  bool wants(std::string_view tenant) const;
  selection select(const committed_batch_ptr& batch) const;

  /// False if the selection rests on the batches' lines alone.
  bool reads_records() const { return records_ == sink_records::dashboard || reads_batches_ || !wants_everything(); }

private:
  bool wants(const record_draft& record) const;
  bool wants_everything() const { return actions_ == all_actions && verification_ == sink_verification::any; }
  selection chosen_lines(const committed_batch& batch, std::vector<std::uint32_t> selected) const;
  selection dashboard_updates(const committed_batch& batch) const;

  static constexpr std::uint8_t all_actions = 0xFF;

  std::vector<std::string> tenants_;
  sink_records records_;
  std::uint8_t actions_; ///< a bit for each audit action
  sink_verification verification_;
  bool include_unverified_;
  bool reads_batches_; ///< the view shows fields of records, not their JSON
};

} // namespace floorwalker
