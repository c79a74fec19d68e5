// Every actor's interface, in one place, and the one list of type ids at the end (append only: ids go by order).
// The comment on a message says what it means, whether it may come twice, and what must have come first.
// Pages with limits and "if it dies": docs/actors/. Messages stay within the process, so they need no inspect.
#pragma once

#include "messages/agents.hpp"
#include "messages/alert_status.hpp"
#include "messages/http_answer.hpp"
#include "messages/journal_records.hpp"
#include "messages/settings.hpp"
#include "messages/state_observation.hpp"
#include "messages/stream_connection.hpp"
#include "messages/system_metrics.hpp"
#include "messages/trail_reader.hpp"

#include <caf/result.hpp>
#include <caf/type_id.hpp>
#include <caf/typed_actor.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace floorwalker {

// --- commands that several actors take -----------------------------------------------------------------------------

/// Stop in an orderly way: what was received is finished and passed on, then the actor ends with reason `normal`.
/// May be repeated.
struct stop_command {};

/// A timer of an actor's own. `number` tells a timer that was meant from one that was overtaken; `purpose` is the
/// actor's own enumeration.
struct timer_fired {
  std::uint8_t purpose = 0;
  std::uint64_t number = 0;
};

// --- auth ------------------------------------------------------------------------------------------------------------

/// The token endpoint's answer to request `number`; others than the pending one's are stale and dropped.
struct token_answered {
  std::uint64_t number = 0;
  http_answer answer;
};

/// A gateway refused token `token` (upgrade 401, close 4401, a reason that names it). Renewed only if it is still the
/// newest one, so every slot may say it.
struct token_refused {
  std::uint64_t token = 0;
};

/// How renewal goes, for alerts and metrics: empty `problem` means that a token was granted.
struct renewal_report {
  std::string problem;
  bool final = false; ///< the tenant has failed: its credentials are rejected for good
};

using auth_actor = caf::typed_actor<
    // From the port, once a request.
    caf::result<void>(token_answered),
    // From slots, at any time.
    caf::result<void>(token_refused),
    // Its own: renewal or retry is due.
    caf::result<void>(timer_fired),
    // No requests after this.
    caf::result<void>(stop_command)>;

// --- roster ----------------------------------------------------------------------------------------------------------

/// The directory's answer to page request `number`; others than the pending one's are stale and dropped.
struct directory_answered {
  std::uint64_t number = 0;
  http_answer answer;
};

/// Asks for a listing that is requested after this moment. One listing runs at a time; who asks while one runs is
/// served by the next.
struct listing_wanted {};

using roster_actor = caf::typed_actor<
    // The token to list with; the newest counts. Nothing is requested before the first.
    caf::result<void>(access_token_ptr),
    // From the port, once a request.
    caf::result<void>(directory_answered),
    // From trackers; answered when the listing is complete, however long that takes.
    caf::result<agent_listing_ptr>(listing_wanted),
    // Its own: refresh or retry is due.
    caf::result<void>(timer_fired),
    // Pending wishes are answered with an error.
    caf::result<void>(stop_command)>;

// --- reload of the configuration -------------------------------------------------------------------------------------

using tenant_settings_ptr = std::shared_ptr<const tenant_settings>;

/// The tenant's rules are these from now on: what of them can be obeyed without a new connection. Only rules differ from
/// the settings before.
struct rules_changed {
  tenant_settings_ptr settings;
};

/// Judge by these settings' state matrix from the next batch on, and write that down. May be repeated.
struct matrix_changed {
  tenant_settings_ptr settings;
  utc_time at;
};

/// What a tracker knew of its agents when its last record was journaled; it ends then.
struct agents_released {
  std::vector<agent_status> agents;
};

// --- tracker ---------------------------------------------------------------------------------------------------------

/// Connection `connection` of this slot will watch `agents`. With `merges`, it takes over from the connection before:
/// its events are held until that one has ended. Comes before source_opened.
struct source_planned {
  std::uint64_t connection = 0;
  agent_group_ptr agents;
  bool merges = false;
};

/// The subscription of a planned connection is acknowledged; its batches follow.
struct source_opened {
  std::uint64_t connection = 0;
  observation_source_ptr source;
  utc_time at;
};

/// No further batch comes from this connection, opened or not. Once a connection.
struct source_ended {
  std::uint64_t connection = 0;
  stream_end end;
  utc_time last_received; ///< the last frame's receipt, or the acknowledgement
  utc_time at;
};

/// Asks for one agent's status, by key.
struct status_query {
  std::string agent_key;
};

/// Asks for the status of every agent. With `complete`, half an answer is none: error `incomplete` if some agents can't
/// be told of now.
struct agents_query {
  bool complete = false;
};

/// The tracker before this one failed: these agents were monitored, and are not since `at`. Once, before anything else.
struct monitoring_inherited {
  agent_group_ptr agents;
  utc_time at;
  utc_time last_received;             ///< what was received after this may be lost
  std::optional<utc_time> last_event; ///< what is lost did not happen before this; none: nor before last_received
};

using tracker_actor =
    caf::typed_actor<caf::result<void>(source_planned),
                     // From the connection's own thread, before its first batch.
                     caf::result<void>(source_opened),
                     // At most the connection's credit of them at a time; returned to the source when journaled.
                     caf::result<void>(observation_batch_ptr),
                     // From the connection's own thread, after its last batch.
                     caf::result<void>(source_ended),
                     // Error `not_monitored` for agents of other slots.
                     caf::result<agent_status>(status_query),
                     // Every agent of the slot, for listings.
                     caf::result<std::vector<agent_status>>(agents_query),
                     // Answered when every source that was opened has ended and every batch is journaled.
                     caf::result<void>(stop_command),
                     // From the slot; answered when the interruption is journaled.
                     caf::result<void>(monitoring_inherited),
                     // From the slot; answered when the record is journaled that says so.
                     caf::result<void>(matrix_changed)>;

// --- journal ---------------------------------------------------------------------------------------------------------

/// A checkpoint as it is published: one JSON object, with its signature.
struct published_checkpoint {
  std::string text;
  utc_time at;
};

/// The trail's word: every record up to and with `sequence` is committed. A `problem`, one clause, means that nothing
/// is being written; the trail tries again by itself, and says the next time without one that it goes on. `low_space`,
/// one clause, means that the disk is nearly full; it says so until there is room again.
struct trail_progress {
  std::uint64_t sequence = 0;
  std::string problem;
  std::string low_space = {};
  std::vector<published_checkpoint> checkpoints = {}; ///< made since it last said something, in order
};

/// How the tenant's trail is. `problem` is empty, or one clause on what keeps records from being written.
struct audit_report {
  std::string problem;
  bool damaged = false;       ///< the trail does not verify: the tenant does not run
  std::string low_space = {}; ///< empty, or one clause on how little room is left
};

/// A tenant's trail is there: its journal has started. Again after the journal has started again.
struct trail_opened {
  std::string tenant;
  trail_reader_ptr reader;
  std::uint64_t sequence = 0;      ///< the last committed record's
  std::vector<epoch_start> epochs; ///< of this trail, the running one last
};

/// A tenant's trail has records up to `sequence` that its journal did not hand over one by one.
struct trail_grown {
  std::string tenant;
  std::uint64_t sequence = 0;
};

/// Whoever follows trails, as its journals see it.
using trail_follower = caf::typed_actor<
    // First of all, and whenever the journal has started again.
    caf::result<void>(trail_opened),
    // In the journal's order, though some may be left out. Answered at once.
    caf::result<void>(committed_batch_ptr),
    // When some were left out.
    caf::result<void>(trail_grown)>;

/// `follower` wants the trail from now on, beside those the journal began with.
struct follow_trail {
  trail_follower follower;
};

/// `follower` wants nothing more of the trail: it is about to end. May be repeated.
struct leave_trail {
  trail_follower follower;
};

using journal_actor = caf::typed_actor<
    // From trackers, and once from the tenant. Answered when it has its place in the trail and there is room for more.
    caf::result<void>(draft_batch_ptr),
    // From the storage, sequences rising.
    caf::result<void>(trail_progress),
    // From the tenant. It gets trail_opened, then what is committed behind that.
    caf::result<void>(follow_trail),
    // From the tenant, before it ends a sink.
    caf::result<void>(leave_trail),
    // Its own: the stop has taken too long.
    caf::result<void>(timer_fired),
    // Answered when every record is committed and handed on, or the deadline has passed.
    caf::result<void>(stop_command)>;

// --- metrics ---------------------------------------------------------------------------------------------------------

/// An alert that began to fire, with everything a reader needs.
struct alert_raised {
  std::string kind;     ///< "unauthorized-transitions", "accuracy", "latency", "listener-stopped", …
  std::string sentence; ///< what is wrong, with its figures
  std::string advice;   ///< what to do about it
};

using metrics_actor = caf::typed_actor<
    // From the journal, in its order, each once.
    caf::result<void>(committed_batch_ptr),
    // From the connection supervisor, whenever they change.
    caf::result<void>(listener_counts),
    // From alerts, once an alert.
    caf::result<void>(alert_raised), caf::result<system_metrics>(caf::get_atom), caf::result<void>(stop_command)>;

// --- sinks -----------------------------------------------------------------------------------------------------------

/// The outlet wrote what it was given as `number`. `problem` is empty, or one clause on what failed.
struct outlet_written {
  std::uint64_t number = 0;
  std::string problem;
  std::uint64_t refused = 0;                            ///< records refused for good, which are in the dead letters now
  std::optional<std::chrono::seconds> retry_after = {}; ///< with a problem: not before, as the receiver said
};

/// What a sink has done since it started, and how far it is behind.
struct sink_progress {
  std::string sink;
  std::uint64_t delivered = 0;       ///< records
  std::uint64_t refused = 0;         ///< records in its dead letters
  std::uint64_t failed = 0;          ///< attempts
  std::uint64_t failed_in_a_row = 0; ///< attempts, of the run of failures that goes on; 0: the last one was well
  std::uint64_t lag = 0;             ///< records committed and not yet delivered
};

using sink_actor = caf::typed_actor<
    // From the journals: first of all, and whenever one has started again.
    caf::result<void>(trail_opened),
    // From the journals, in each one's order, though some may be left out. Answered at once.
    caf::result<void>(committed_batch_ptr),
    // From the journals, when some were left out.
    caf::result<void>(trail_grown),
    // From the reader of a trail, once a read.
    caf::result<void>(trail_stretch),
    // From the outlet, once a write.
    caf::result<void>(outlet_written),
    // Its own: a failed write or read is tried again, or the stop has taken too long.
    caf::result<void>(timer_fired),
    // How far it is.
    caf::result<sink_progress>(caf::get_atom),
    // Answered when everything is written or the deadline has passed.
    caf::result<void>(stop_command)>;

// --- alerts ----------------------------------------------------------------------------------------------------------

/// A listener gave up; `listener` counts from 0.
struct listener_stopped {
  std::uint32_t listener = 0;
  std::string cause;
};

/// An alert as it is after a change: it became pending, fires, is resolved, or has other figures.
struct alert_changed {
  alert_status alert;
};

/// Whoever shows or delivers alerts has begun anew: those that stand are told again.
struct alerts_wanted {};

/// The thresholds to go by from now on, and the sinks to look at: those that take this tenant's records.
struct alert_rules_changed {
  tenant_settings_ptr settings;
  std::vector<sink_actor> sinks;
  known_agents_ptr known = {}; ///< the agents now, if limits of time in state have changed; else null
};

using alerts_actor = caf::typed_actor<
    // From the journal, in its order, each once.
    caf::result<void>(committed_batch_ptr), caf::result<void>(listener_stopped), caf::result<void>(renewal_report),
    // From the tenant, whenever they change.
    caf::result<void>(audit_report), caf::result<void>(listener_counts),
    // From the tenant, when a hub or a receiver of alerts has begun.
    caf::result<void>(alerts_wanted),
    // From the tenant, after a reload. May be repeated.
    caf::result<void>(alert_rules_changed),
    // Its own: a second has passed, or a line on late and unauthorized transitions is due.
    caf::result<void>(timer_fired), caf::result<void>(stop_command)>;

// --- socket ----------------------------------------------------------------------------------------------------------

/// The WebSocket connection stands; the subscription is under way.
struct stream_upgraded {};
/// The gateway acknowledged the subscription.
struct stream_subscribed {};
/// The first event since the acknowledgement arrived.
struct stream_carried_event {};

/// Close the connection; whatever arrives before the peer's answer is still read if `read_to_end`.
struct close_stream {
  std::uint16_t code = 1000;
  std::string reason;
  bool read_to_end = false;
  bool at_once = false; ///< without a handshake, also when one is under way; `code` is not sent then
};

using socket_actor = caf::typed_actor<
    // The following five come from the port's connection, in this order, each at most once; stream_end is the last.
    caf::result<void>(stream_upgraded), caf::result<void>(stream_subscribed), caf::result<void>(stream_carried_event),
    caf::result<void>(stream_end),
    // From the slot; a second one changes nothing, unless it is to be at once.
    caf::result<void>(close_stream),
    // Its own: connect, acknowledgement, liveness and close deadlines.
    caf::result<void>(timer_fired)>;

// --- slot ------------------------------------------------------------------------------------------------------------

/// Go ahead: a place among the connects in flight is yours until you answer connect_settled.
/// `make_before_break` says for a hand-over whether a free listener place allows two connections.
struct connect_granted {
  std::uint64_t number = 0; ///< of the wish; an older wish's grant is settled unused
  bool handover = false;
  bool make_before_break = false;
};

/// A socket actor's report to its slot. `stage` is what happened to connection `connection`.
enum class stream_stage : std::uint8_t { subscribed, carried_event, paused, resumed, ended };
struct stream_report {
  std::uint64_t connection = 0;
  stream_stage stage = stream_stage::ended;
  stream_end end; ///< with `ended`
};

using slot_actor = caf::typed_actor<
    // The first one starts the slot; later ones are renewals and cause a hand-over.
    caf::result<void>(access_token_ptr),
    // The agents to watch from now on; a change causes a hand-over.
    caf::result<void>(agent_group_ptr), caf::result<void>(connect_granted), caf::result<void>(stream_report),
    // Its own: a retry is due.
    caf::result<void>(timer_fired), caf::result<agent_status>(status_query),
    caf::result<std::vector<agent_status>>(agents_query),
    // From the supervisor; a new state matrix reaches the tracker, the rest counts from the next connection on.
    caf::result<void>(rules_changed),
    // From the tracker, last of all: handed to the supervisor.
    caf::result<void>(agents_released),
    // Answered when its connections are closed and its tracker is drained.
    caf::result<void>(stop_command)>;

// --- connection supervisor ---------------------------------------------------------------------------------------------

/// A slot wants to connect, or to hand over. Answered by connect_granted when its turn comes.
/// A newer wish of the same slot replaces one that still waits.
struct connect_wanted {
  std::uint32_t slot = 0;
  std::uint64_t number = 0;
  bool handover = false;
};
/// The connect that was granted for wish `number` came to its end, well or not, or is no longer wanted.
struct connect_settled {
  std::uint32_t slot = 0;
  std::uint64_t number = 0;
};

enum class slot_condition : std::uint8_t { waiting, connecting, active, paused, stopped };
struct slot_report {
  std::uint32_t slot = 0;
  slot_condition condition = slot_condition::waiting;
  std::string cause; ///< with `stopped`
};

using connection_supervisor_actor = caf::typed_actor<
    // Handed on to every slot.
    caf::result<void>(access_token_ptr),
    // A complete listing, for agents = "all": hired agents are planned, agents missing twice leave.
    caf::result<void>(agent_listing_ptr), caf::result<void>(connect_wanted), caf::result<void>(connect_settled),
    caf::result<void>(slot_report),
    // From slots: handed to the tenant, for auth.
    caf::result<void>(token_refused), caf::result<agent_status>(status_query),
    caf::result<std::vector<agent_status>>(agents_query),
    // From the tenant: configured agents join or leave the plan, and every slot is told.
    caf::result<void>(rules_changed),
    // From slots, last of all: handed to the tenant.
    caf::result<void>(agents_released),
    // Answered when every slot is stopped.
    caf::result<void>(stop_command)>;

// --- tenant and root -----------------------------------------------------------------------------------------------------

/// What a tenant's part says to its tenant.
struct tenant_failed {
  failure_cause cause = failure_cause::none;
  std::string sentence;
};

/// A tenant's word on how it is, whenever that changes.
struct tenant_report {
  std::string tenant;
  tenant_condition condition = tenant_condition::starting;
  failure_cause cause = failure_cause::none;
  std::string sentence;
};

/// What a reload changes of one tenant (actors/tenant/tenant_change.hpp).
struct tenant_change;
using tenant_change_ptr = std::shared_ptr<const tenant_change>;

using tenant_actor = caf::typed_actor<
    // From auth: handed to roster and connection supervisor.
    caf::result<void>(access_token_ptr),
    // From auth: handed to alerts and hub.
    caf::result<void>(renewal_report),
    // From the journal, whenever it changes: handed to alerts.
    caf::result<void>(audit_report),
    // From alerts: handed to the hub.
    caf::result<void>(alert_changed),
    // From the roster: handed to the connection supervisor.
    caf::result<void>(agent_listing_ptr),
    // From roster and connection supervisor: handed to auth.
    caf::result<void>(token_refused),
    // From any part that can't go on. The first one counts.
    caf::result<void>(tenant_failed),
    // From the connection supervisor, whenever they change: handed to alerts.
    caf::result<void>(listener_counts), caf::result<system_metrics>(caf::get_atom),
    caf::result<agent_status>(status_query), caf::result<std::vector<agent_status>>(agents_query),
    // From the connection supervisor, once a slot, while it stops.
    caf::result<void>(agents_released),
    // From the root: answered when it is in force; error `stopping` when the tenant ends. One with settings at a time.
    caf::result<void>(tenant_change_ptr),
    // From the root, when a receiver of alerts has begun: handed to alerts.
    caf::result<void>(alerts_wanted),
    // Its own: a part is started again, a snapshot may be due, the drain has taken too long.
    caf::result<void>(timer_fired),
    // Answered with the final metrics when everything is drained, within the stop deadline.
    caf::result<system_metrics>(stop_command)>;

/// How a process ended, for main.
struct process_end {
  int exit_code = 0;
  std::map<std::string, system_metrics> final_metrics;
};

/// Asks for one agent of one tenant.
struct tenant_status_query {
  std::string tenant;
  std::string agent_key;
};

/// Asks for the status of every agent of one tenant.
struct tenant_agents_query {
  std::string tenant;
};

/// Asks how far every sink is.
struct sinks_query {};

using process_end_ptr = std::shared_ptr<const process_end>;

/// What a reload changes of the whole floor (actors/root/floor_change.hpp).
struct floor_change;
using floor_change_ptr = std::shared_ptr<const floor_change>;

/// What became of a floor_change.
struct floor_changed {
  std::vector<std::string> failed_tenants; ///< which had failed, and are gone now as was wished
  std::vector<std::string> problems;       ///< sentences on what did not come to its end in time
};

using root_actor =
    caf::typed_actor<caf::result<void>(tenant_report),
                     // From main: answered once, when the process may end.
                     caf::result<process_end_ptr>(caf::join_atom), caf::result<agent_status>(tenant_status_query),
                     // Figures of every tenant, by name.
                     caf::result<std::map<std::string, system_metrics>>(caf::get_atom),
                     // Every agent of a tenant.
                     caf::result<std::vector<agent_status>>(tenant_agents_query),
                     // Those that answer within a second.
                     caf::result<std::vector<sink_progress>>(sinks_query),
                     // From the reload: answered within reload_patience; error `stopping` when the process ends. One at
                     // a time.
                     caf::result<floor_changed>(floor_change_ptr),
                     // Its own: the drain has taken too long.
                     caf::result<void>(timer_fired),
                     // Drain and end. May be repeated.
                     caf::result<void>(stop_command)>;

// --- hub -------------------------------------------------------------------------------------------------------------

using hub_actor = caf::typed_actor<
    // From the journal, once: nothing of the trail is shown before.
    caf::result<void>(trail_opened),
    // From the journal, in its order, though some may be left out. Answered at once.
    caf::result<void>(committed_batch_ptr),
    // From the journal, when some were left out.
    caf::result<void>(trail_grown),
    // From the reader of the trail, once a read.
    caf::result<void>(trail_stretch),
    // From the tenant, whenever its condition changes.
    caf::result<void>(tenant_report),
    // From auth by way of the tenant, once a token request.
    caf::result<void>(renewal_report),
    // From alerts by way of the tenant, whenever one changes.
    caf::result<void>(alert_changed),
    // Its own: a second has passed.
    caf::result<void>(timer_fired), caf::result<void>(stop_command)>;

/// Errors that answers carry.
enum class floor_error : std::uint8_t { none = 0, not_monitored, stopping, outlet_failed, crashed, incomplete };
std::string to_string(floor_error error);
bool from_string(caf::string_view text, floor_error& error);
bool from_integer(std::uint8_t value, floor_error& error);
template <class Inspector>
bool inspect(Inspector& f, floor_error& error) {
  return caf::default_enum_inspect(f, error);
}

} // namespace floorwalker

#define FLOORWALKER_MESSAGES(X)                                                                                        \
  X(stop_command)                                                                                                      \
  X(timer_fired)                                                                                                       \
  X(token_answered)                                                                                                    \
  X(token_refused)                                                                                                     \
  X(renewal_report)                                                                                                    \
  X(directory_answered)                                                                                                \
  X(listing_wanted)                                                                                                    \
  X(source_planned)                                                                                                    \
  X(source_opened)                                                                                                     \
  X(source_ended)                                                                                                      \
  X(status_query)                                                                                                      \
  X(agents_query)                                                                                                      \
  X(alert_raised)                                                                                                      \
  X(listener_stopped)                                                                                                  \
  X(outlet_written)                                                                                                    \
  X(stream_upgraded)                                                                                                   \
  X(stream_subscribed)                                                                                                 \
  X(stream_carried_event)                                                                                              \
  X(close_stream)                                                                                                      \
  X(connect_granted)                                                                                                   \
  X(stream_report)                                                                                                     \
  X(connect_wanted)                                                                                                    \
  X(connect_settled)                                                                                                   \
  X(slot_report)                                                                                                       \
  X(tenant_failed)                                                                                                     \
  X(tenant_report)                                                                                                     \
  X(tenant_status_query)                                                                                               \
  X(tenant_agents_query)                                                                                               \
  X(trail_progress)                                                                                                    \
  X(audit_report)                                                                                                      \
  X(trail_opened)                                                                                                      \
  X(trail_grown)                                                                                                       \
  X(sink_progress)                                                                                                     \
  X(follow_trail)                                                                                                      \
  X(trail_stretch)                                                                                                     \
  X(sinks_query)                                                                                                       \
  X(process_end_ptr)                                                                                                   \
  X(access_token_ptr)                                                                                                  \
  X(agent_listing_ptr)                                                                                                 \
  X(agent_group_ptr)                                                                                                   \
  X(observation_batch_ptr)                                                                                             \
  X(draft_batch_ptr)                                                                                                   \
  X(committed_batch_ptr)                                                                                               \
  X(stream_end)                                                                                                        \
  X(listener_counts)                                                                                                   \
  X(system_metrics)                                                                                                    \
  X(agent_status)                                                                                                      \
  X(monitoring_inherited)                                                                                              \
  X(alert_changed)                                                                                                     \
  X(alerts_wanted)                                                                                                     \
  X(rules_changed)                                                                                                     \
  X(matrix_changed)                                                                                                    \
  X(agents_released)                                                                                                   \
  X(leave_trail)                                                                                                       \
  X(alert_rules_changed)                                                                                               \
  X(tenant_change_ptr)                                                                                                 \
  X(floor_change_ptr)                                                                                                  \
  X(floor_changed)

#define FLOORWALKER_ADD_TYPE(name) CAF_ADD_TYPE_ID(floorwalker, (floorwalker::name))
#define FLOORWALKER_ALLOW_LOCAL(name) CAF_ALLOW_UNSAFE_MESSAGE_TYPE(floorwalker::name)

CAF_BEGIN_TYPE_ID_BLOCK(floorwalker, first_custom_type_id)
FLOORWALKER_MESSAGES(FLOORWALKER_ADD_TYPE)
CAF_ADD_TYPE_ID(floorwalker, (floorwalker::floor_error))
CAF_ADD_TYPE_ID(floorwalker, (std::vector<floorwalker::agent_status>))
CAF_ADD_TYPE_ID(floorwalker, (std::map<std::string, floorwalker::system_metrics>))
CAF_ADD_TYPE_ID(floorwalker, (std::vector<floorwalker::sink_progress>))
CAF_END_TYPE_ID_BLOCK(floorwalker)

// A message of these types can't be serialised: sending one to another node fails at once instead of printing a token.
FLOORWALKER_MESSAGES(FLOORWALKER_ALLOW_LOCAL)
using floorwalker_agent_list = std::vector<floorwalker::agent_status>;
using floorwalker_sink_list = std::vector<floorwalker::sink_progress>;
using floorwalker_metrics_map = std::map<std::string, floorwalker::system_metrics>;
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(floorwalker_agent_list)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(floorwalker_metrics_map)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(floorwalker_sink_list)

CAF_ERROR_CODE_ENUM(floorwalker::floor_error)
