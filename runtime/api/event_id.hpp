// The id of a live event: a place in a tenant's trail. Pure.
#pragma once

#include "messages/trail_reader.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace floorwalker {

/// Appends "<epoch>-<sequence>".
void append_event_id(std::string& out, const trail_cursor& at);

/// Reads what append_event_id() wrote; nothing for any other text.
std::optional<trail_cursor> parse_event_id(std::string_view text);

/// True if the records up to `at` are those of this trail, so that whoever has seen them may go on behind them: its
/// epoch is the running one, or an older one and `at` lies before the next one's start. `committed` is the trail's end.
bool continues(const trail_cursor& at, const std::vector<epoch_start>& epochs, std::uint64_t committed);

} // namespace floorwalker
