// Reading the audit trail's entries back (docs/interfaces.md, "Audit entry"). Pure.
#pragma once

#include "messages/journal_records.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace floorwalker::wire {

/// What became of one line.
struct parsed_audit_line {
  std::uint64_t sequence = 0;
  std::string problem; ///< one clause on why the line is no audit entry; nothing was appended then
};

/// Appends the record that an audit entry (one JSON object, no newline) tells of to `batch`: its text, slices and
/// values are what append_entry() of the trackers made, but for two that an entry does not hold: `received_at` is
/// whole milliseconds, and `verified` of a record out of order is false.
/// Strict: JSON by RFC 8259, no member of ours twice, missing or of another type. Members and flags that are not ours
/// are ignored, since later versions may add some.
parsed_audit_line append_audit_line(draft_batch& batch, std::string_view line);

} // namespace floorwalker::wire
