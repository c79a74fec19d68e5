// The way of a transition through the node, as the node's stream tells it, as a line. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace floorwalker {

/// "812  event 2026-11-23T10:00:00.123Z  received 10:00:00.456789 +333.789 ms  judged …  journaled …  delivered …
/// (4.611 ms here)" with its line end: each stamp with what passed since the one before it that is known, and what
/// passed between receipt and delivery. Nothing for data that is no trace event's.
std::optional<std::string> trace_line(std::string_view data);

/// The data itself, on one line with its line end; nothing for data that is no trace event's.
std::optional<std::string> trace_json_line(std::string_view data);

} // namespace floorwalker
