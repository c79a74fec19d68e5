// Reading the audit trail's entries back (docs/interfaces.md, "Audit entry"). Pure.
#pragma once

#include "messages/journal_records.hpp"
#include "messages/wire/line_scanner.hpp"

#include <cstdint>
#include <optional>
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

/// What stands in a transition up to its sequence. The texts lie in the line, with their escapes.
struct transition_glance {
  string_token agent;
  string_token previous;
  string_token current;
  std::int64_t latency_ms = 0;
  bool valid = false;
  std::uint64_t sequence = 0;
};

/// Reads no more of a transition than that: for whoever goes through millions. None for other records, and for
/// transitions in another form than ours are written in; append_audit_line() reads those too.
std::optional<transition_glance> glance_at_transition(std::string_view line);

} // namespace floorwalker::wire
