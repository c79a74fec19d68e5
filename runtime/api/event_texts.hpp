// The texts of live events (docs/api.md): server-sent events, and the JSON in them. Pure.
#pragma once

#include "actors/hub/live_update.hpp"
#include "messages/time.hpp"
#include "messages/trail_reader.hpp"
#include "runtime/api/stream_filter.hpp"
#include "runtime/api/tenant_board.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace floorwalker {

/// Appends one event with its id. `data` holds no line end.
void append_event(std::string& out, const trail_cursor& id, std::string_view name, std::string_view data);

/// The JSON of a transition event: what happened, and the agent's status after it or a later one.
std::string transition_json(const committed_batch& batch, std::size_t record, const agent_status& after);
/// When a transition passed the places on its way that the record itself does not tell of, by our clock.
struct trace_stamps {
  std::optional<utc_time> journaled; ///< none: it was read back from the trail
  utc_time delivered;                ///< it is put into the client's stream
};

/// The JSON of a trace event: the way of a transition.
std::string trace_json(const committed_batch& batch, std::size_t record, const trace_stamps& stamps);
/// {"agent": …}
std::string agent_json(const agent_status& status);
/// {"gone": "<id>"}
std::string gone_json(std::string_view agent_id);
std::string alert_json(const alert_status& alert);
std::string conflated_json(std::uint64_t events);
/// Figures with condition and time. There have to be some.
std::string metrics_json(const tenant_board& board, utc_time now);
/// Everything, of the agents that the filter concerns.
std::string snapshot_json(const tenant_board& board, const stream_filter& filter, utc_time now);

/// The events of an update's changes, each written when the first client wants it.
class change_texts {
public:
  explicit change_texts(const live_update& update) : update_{update}, texts_(update.changes.size()) {}

  /// Change `i` as an event with its id.
  const std::string& of(std::size_t i);
  /// True if it is a transition, and no change without one.
  bool is_transition(std::size_t i) const { return update_.changes[i].record != live_change::no_record; }

private:
  const live_update& update_;
  std::vector<std::string> texts_;
};

} // namespace floorwalker
