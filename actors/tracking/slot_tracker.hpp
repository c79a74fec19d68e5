// Everything one slot knows: its agents' states, and which of its connections is being read. Pure: the tracker actor
// hands in what arrives and passes on the drafts that come out.
#pragma once

#include "actors/tracking/audit_entries.hpp"
#include "actors/tracking/judging.hpp"
#include "actors/tracking/state_names.hpp"
#include "messages/agents.hpp"
#include "messages/journal_records.hpp"
#include "messages/settings.hpp"
#include "messages/state_observation.hpp"
#include "messages/stream_connection.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace floorwalker {

/// Follows the agents of one slot through the connections that watch them.
///
/// Connections stand in a queue in the order they were planned. Only the first one's events are judged; those of a
/// later one, which takes over, are held until the ones before it have ended. Held batches keep their credit, so their
/// number is bounded by the connection's credit.
class slot_tracker {
public:
  /// Agents that are `known` from an earlier run begin with what was known of them, stale. May be null.
  slot_tracker(std::string tenant_id, std::uint32_t slot, const state_matrix& matrix, known_agents_ptr known = {});

  /// Judges by this matrix from now on, and writes that down: the record stands exactly between what was judged by the
  /// matrix before and what is judged by this one. What is held is judged by whichever counts when its turn comes.
  void judge_by(const state_matrix& matrix, utc_time at, draft_batch& draft);

  /// These agents are going to be watched: they have a status from now on.
  void expected(const agent_group& agents);
  /// The same, and a tracker that failed followed them: what it knew is not known here.
  void succeeds(const agent_group& agents);

  /// These agents were monitored by a tracker that failed at `at`: writes that down. Before anything else.
  /// What is lost was received after `last_received` and happened no earlier than `last_event`, if that is known.
  void inherited(const agent_group& agents, utc_time at, utc_time last_received, std::optional<utc_time> last_event,
                 draft_batch& draft);

  /// A connection is about to be opened for these agents.
  void planned(std::uint64_t connection, const agent_group& agents);

  /// Its subscription is acknowledged. Monitoring begins, unless an older connection still is read.
  void opened(std::uint64_t connection, utc_time at, draft_batch& draft);

  /// Judges a batch, or holds it. True: judged, the credit may go back when the draft is journaled.
  bool take(observation_batch_ptr batch, draft_batch& draft);

  /// No more batches of this connection. Returns the held batches that were judged into the draft by this.
  std::vector<observation_batch_ptr> ended(std::uint64_t connection, const stream_end& how, utc_time last_received,
                                           utc_time at, draft_batch& draft);

  /// True when agents wait for a listing that was requested after now.
  bool wants_listing() const { return wants_listing_; }
  /// Such a listing is being asked for; returns the number of this wish.
  std::uint32_t listing_asked();
  /// The listing for wish number `wish` is here: agents that waited since before that wish, and were not heard of since
  /// the listing was requested, get its states.
  void listed(const agent_listing& listing, std::uint32_t wish, draft_batch& draft);

  std::optional<agent_status> status(std::string_view key) const;
  std::vector<agent_status> statuses() const;
  /// False as long as the trail may tell more of some agent than is known here: it was followed by a tracker that
  /// failed, and neither an authorized transition nor a listing has told of it since.
  bool knows_all() const;

  /// Gives the batch its levels: how many agents are known and stale now.
  void close(draft_batch& draft) const;

private:
  enum class monitoring : std::uint8_t { never, running, interrupted };

  /// What every event needs comes first and stands together: each further line of memory is one more to wait for.
  struct watched_agent {
    agent_knowledge knows;
    agent_identity_ptr who;
    time_or_none heard;               ///< receipt of the last event
    std::uint32_t awaits_listing = 0; ///< the first wish whose listing may be believed; 0: waits for none
    bool subscribed = false;          ///< the connection whose events are judged has subscribed it
    monitoring watch = monitoring::never;
    bool forgotten = false; ///< a tracker that failed may have known its state
  };
  using watched_agent_ptr = std::unique_ptr<watched_agent>; // courses and the table by key point to it

  struct course {
    std::uint64_t connection = 0;
    std::uint64_t overlaps = 0; ///< the connection that was read while this one opened
    std::vector<watched_agent*> agents;
    std::optional<utc_time> opened;
    std::optional<utc_time> last_event; ///< by the platform's clock
    struct ending {
      stream_end end;
      utc_time last_received;
      utc_time at;
    };
    std::optional<ending> ended; ///< it ended before its turn came
    std::vector<observation_batch_ptr> held;
  };

  course* find(std::uint64_t connection);
  watched_agent* agent_for(const agent_identity_ptr& who);
  void rename(watched_agent& agent, const agent_identity_ptr& listed);
  void remember(watched_agent& agent);
  void begin_monitoring(const course& now, utc_time at, draft_batch& draft);
  void interrupt(const course& gone, const course::ending& ending, draft_batch& draft);
  void drop_unwatched(utc_time at, draft_batch& draft);
  void judge_batch(const observation_batch& batch, course& on, bool held, draft_batch& draft);
  void look_up(std::span<const state_observation> items, std::string_view text);
  void judge_some(std::span<const state_observation> items, std::string_view text, const event_origin& origin,
                  draft_batch& draft);
  agent_status status_of(const watched_agent& agent) const;
  std::optional<std::string> name_of(name_number number) const;

  std::string tenant_id_;
  std::uint32_t slot_;
  known_agents_ptr known_; ///< from an earlier run; null: nothing
  state_names names_;
  std::vector<watched_agent_ptr> agents_;
  boost::unordered_flat_map<agent_identity_ptr, watched_agent*, agent_key_hash, agent_key_equal> by_key_;
  std::vector<watched_agent*> looked_up_; ///< for the events at hand; null: nobody who is followed
  std::vector<course> courses_;           ///< in the order planned; contiguous, and rarely more than two
  bool wants_listing_ = false;
  std::uint32_t wishes_ = 0; ///< listings asked for so far
};

} // namespace floorwalker
