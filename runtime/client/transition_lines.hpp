// Audit entries from a node's stream as lines for people and grep. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace floorwalker {

/// "2026-11-23T10:00:00.456Z acme 550e… available → busy (inbound_call) 333 ms unauthorized" with its line end, of an
/// audit entry that is a transition; nothing for the other kinds of record, and for what is no record.
std::optional<std::string> transition_line(std::string_view audit_entry);

} // namespace floorwalker
