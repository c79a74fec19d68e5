// What a tracker's successor has to be told when a tracker fails: whose monitoring was interrupted, and since when.
// Pure: time is an argument.
#pragma once

#include "messages/actors.hpp"
#include "messages/agents.hpp"
#include "messages/time.hpp"

#include <cstdint>
#include <map>
#include <optional>

namespace floorwalker {

/// Follows the connections of one slot for the case that its tracker fails. What the tracker knew dies with it, so the
/// slot remembers who was monitored, and the connections say as they end what the tracker had not finished.
class tracker_succession {
public:
  /// A connection is about to be opened for these agents.
  void planned(std::uint64_t connection, agent_group_ptr agents);
  /// Its subscription is acknowledged: they are monitored from here on.
  void subscribed(std::uint64_t connection);
  /// It has ended. `unfinished_since` as in stream_end.
  void ended(std::uint64_t connection, const std::optional<oldest_observation>& unfinished_since);

  /// The tracker failed at `at`. Nothing that its connections carried since is followed, so they are to be ended.
  void failed(utc_time at);
  /// True if no connection of a failed tracker is left. Before, the bequest may still change.
  bool complete() const;

  /// What the next tracker has to write down; none: nobody was monitored, or it is written down.
  const std::optional<monitoring_inherited>& bequest() const { return bequest_; }
  /// The bequest is in the journal.
  void recorded() { bequest_.reset(); }

private:
  struct followed {
    agent_group_ptr agents;
    bool subscribed = false;
    bool orphaned = false; ///< its tracker has failed
  };

  void bequeath(const agent_group_ptr& agents);
  void unfinished(const std::optional<oldest_observation>& since);

  std::map<std::uint64_t, followed> connections_;      ///< one, or two during a hand-over
  agent_group_ptr monitored_;                          ///< by the newest connection that was acknowledged
  std::optional<oldest_observation> unfinished_since_; ///< of the last connection that ended
  utc_time failed_at_{};
  std::optional<monitoring_inherited> bequest_;
};

} // namespace floorwalker
