#include "actors/sinks/sink_filter.hpp"

#include <algorithm>
#include <utility>

namespace floorwalker {
namespace {

/// Bytes of a dashboard update beside the agent's names: reserved, so that a batch's text grows once.
constexpr std::size_t usual_update_bytes = 320;

} // namespace

sink_filter::sink_filter(const sink_settings& settings)
    : tenants_{settings.tenants},
      records_{settings.records},
      include_unverified_{settings.include_unverified},
      reads_batches_{settings.type == sink_type::console && settings.view != console_view::json} {}

bool sink_filter::wants(std::string_view tenant) const {
  return tenants_.empty() || std::ranges::find(tenants_, tenant) != tenants_.end();
}

selection sink_filter::select(const committed_batch_ptr& batch) const {
  if (batch->positions.empty() || !wants(*batch->tenant)) return {};
  if (reads_batches_) return {batch->positions.size(), nullptr};
  if (records_ == sink_records::dashboard) return dashboard_updates(*batch);
  return {batch->positions.size(), std::shared_ptr<const std::string>{batch, &batch->lines}};
}

selection sink_filter::dashboard_updates(const committed_batch& batch) const {
  auto& records = batch.drafts->records;
  auto shown = [this](const record_draft& record) {
    return record.kind == record_kind::transition && record.moved && (record.valid || include_unverified_);
  };
  auto count = static_cast<std::size_t>(std::ranges::count_if(records, shown));
  if (count == 0) return {};
  std::string text;
  text.reserve(count * usual_update_bytes);
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (!shown(records[i])) continue;
    append_dashboard_update(text, batch, i, !records[i].valid);
    text += '\n';
  }
  return {count, std::make_shared<const std::string>(std::move(text))};
}

} // namespace floorwalker
