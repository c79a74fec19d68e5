// What a process that ended without a stop could not write down itself. Pure: no CAF, no I/O, no clock.
#pragma once

#include "actors/audit/recovered_trail.hpp"
#include "messages/journal_records.hpp"

#include <cstddef>
#include <string_view>

namespace floorwalker {

/// So many agents at most stand in one record, as in those of a listener.
inline constexpr std::size_t agents_per_cut_record = 50;

/// Drafts the interruption that began when the process before this one ended. An agent's events may be missing since its
/// own last record: what was received after that may not have been written. Drafted before anything else of this
/// process, at `now`.
draft_batch_ptr draft_of(const cut_monitoring& cut, std::string_view tenant_id, utc_time now);

} // namespace floorwalker
