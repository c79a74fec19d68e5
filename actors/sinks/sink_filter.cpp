#include "actors/sinks/sink_filter.hpp"

#include <algorithm>
#include <utility>

namespace floorwalker {
namespace {

/// The bit of an audit action; transitions have one for each verdict.
std::uint8_t bit_of(record_kind kind, bool valid) {
  if (kind == record_kind::transition) return valid ? 1 : 2;
  return static_cast<std::uint8_t>(2U << static_cast<unsigned>(kind));
}

std::uint8_t bits_of(const std::vector<std::string>& actions) {
  static constexpr struct {
    std::string_view action;
    record_kind kind;
    bool valid;
  } known[] = {{"STATE_UPDATE_VERIFIED", record_kind::transition, true},
               {"TRANSITION_REJECTED", record_kind::transition, false},
               {"STATE_RECONCILED", record_kind::state_reconciled, false},
               {"MONITORING_STARTED", record_kind::monitoring_started, false},
               {"MONITORING_INTERRUPTED", record_kind::monitoring_interrupted, false},
               {"CONFIGURATION_CHANGED", record_kind::configuration_changed, false},
               {"CHECKPOINT_SIGNED", record_kind::checkpoint_signed, false}};
  if (actions.empty()) return 0xFF;
  std::uint8_t bits = 0;
  for (auto& [action, kind, valid] : known)
    if (std::ranges::find(actions, action) != actions.end())
      bits = static_cast<std::uint8_t>(bits | bit_of(kind, valid));
  return bits;
}

/// Bytes of a dashboard update beside the agent's names: reserved, so that a batch's text grows once.
constexpr std::size_t usual_update_bytes = 320;

} // namespace

sink_filter::sink_filter(const sink_settings& settings)
    : tenants_{settings.tenants},
      records_{settings.records},
      actions_{bits_of(settings.events)},
      verification_{settings.verification},
      include_unverified_{settings.include_unverified},
      reads_batches_{settings.type == sink_type::console && settings.view != console_view::json} {}

bool sink_filter::wants(std::string_view tenant) const {
  return tenants_.empty() || std::ranges::find(tenants_, tenant) != tenants_.end();
}

bool sink_filter::wants(const record_draft& record) const {
  if ((actions_ & bit_of(record.kind, record.valid)) == 0) return false;
  if (record.kind != record_kind::transition || verification_ == sink_verification::any) return true;
  return record.valid == (verification_ == sink_verification::authorized);
}

selection sink_filter::select(const committed_batch_ptr& batch) const {
  if (batch->positions.empty() || !wants(*batch->tenant)) return {};
  if (records_ == sink_records::dashboard && !reads_batches_) return dashboard_updates(*batch);
  auto& records = batch->drafts->records;
  auto whole = [&](std::shared_ptr<const std::string> text) {
    return selection{batch->positions.size(), std::move(text), {}};
  };
  if (wants_everything())
    return whole(reads_batches_ ? nullptr : std::shared_ptr<const std::string>{batch, &batch->lines});
  std::vector<std::uint32_t> selected;
  for (std::size_t i = 0; i < records.size(); ++i)
    if (wants(records[i])) selected.push_back(static_cast<std::uint32_t>(i));
  if (reads_batches_) return {selected.size(), nullptr, std::move(selected)};
  return chosen_lines(*batch, std::move(selected));
}

selection sink_filter::chosen_lines(const committed_batch& batch, std::vector<std::uint32_t> selected) const {
  std::string text;
  for (auto i : selected) {
    text += batch.positions[i].line.in(batch.lines);
    text += '\n';
  }
  return {selected.size(), std::make_shared<const std::string>(std::move(text)), std::move(selected)};
}

selection sink_filter::dashboard_updates(const committed_batch& batch) const {
  auto& records = batch.drafts->records;
  auto shown = [this](const record_draft& record) {
    return record.kind == record_kind::transition && record.moved && (record.valid || include_unverified_) &&
           wants(record);
  };
  std::vector<std::uint32_t> selected;
  for (std::size_t i = 0; i < records.size(); ++i)
    if (shown(records[i])) selected.push_back(static_cast<std::uint32_t>(i));
  if (selected.empty()) return {};
  std::string text;
  text.reserve(selected.size() * usual_update_bytes);
  for (auto i : selected) {
    append_dashboard_update(text, batch, i, !records[i].valid);
    text += '\n';
  }
  return {selected.size(), std::make_shared<const std::string>(std::move(text)), std::move(selected)};
}

} // namespace floorwalker
