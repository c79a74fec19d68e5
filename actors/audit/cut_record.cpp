#include "actors/audit/cut_record.hpp"

#include "actors/tracking/audit_entries.hpp"
#include "messages/monitoring_causes.hpp"

#include <algorithm>
#include <memory>

namespace floorwalker {

draft_batch_ptr draft_of(const cut_monitoring& cut, std::string_view tenant_id, utc_time now) {
  auto draft = std::make_shared<draft_batch>();
  draft->slot = no_slot;
  for (std::size_t begin = 0; begin < cut.agent_ids.size(); begin += agents_per_cut_record) {
    monitoring_entry entry{.started = false, .slot = {}, .cause = monitoring_causes::process_ended, .at = now};
    entry.last_record = cut.last_record;
    auto end = std::min(begin + agents_per_cut_record, cut.agent_ids.size());
    for (auto i = begin; i < end; ++i) entry.agent_ids.emplace_back(cut.agent_ids[i]);
    append_entry(*draft, tenant_id, entry);
  }
  return draft;
}

} // namespace floorwalker
