// The rows of one tenant's agents as of a sequence: folded from committed records, completed by what trackers say where
// the trail is silent. Pure: no CAF, no I/O, no clock.
#pragma once

#include "actors/hub/live_update.hpp"
#include "messages/agents.hpp"
#include "messages/journal_records.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace floorwalker {

/// Two sources make a row. Records say which states an agent went through, and that it is no longer watched. They don't
/// say names, nor that a listing found an agent as it was known (then it is no longer stale, and no record is written).
/// That is asked of the trackers. A tracker is ahead of what is committed, so its word on states counts only where no
/// record has spoken since the question, and a state that differs only if it still does when every record that was
/// numbered before the next question is here: until then the record may be under way.
class live_floor {
public:
  /// Begins with what is `known` of an earlier run, stale. May be null.
  live_floor(std::string tenant, const known_agents_ptr& known);

  /// The trail is open; records behind `sequence` follow.
  void open(std::uint64_t sequence) { sequence_ = sequence; }

  /// Records behind all that came before. Appends what they changed: a change for each transition, and one for each
  /// agent that another record moved or that is no longer watched.
  void apply(const committed_batch& batch, std::vector<live_change>& changes);

  /// Records up to `sequence` are passed over: the answer to the next question is believed whatever it says.
  void skip_to(std::uint64_t sequence) {
    sequence_ = sequence;
    skipped_in_ = question_; // an answer that is under way may be older than what is passed over
  }

  /// The trackers are being asked for all agents. `numbered` is the newest sequence that the journal is known to have
  /// given, committed or not.
  void asked(std::uint64_t numbered);
  /// Their answer. One that is not `complete` lacks those of trackers that did not answer: what is known of these is
  /// stale. In a complete one, who is missing is gone.
  void answered(const std::vector<agent_status>& agents, bool complete, std::vector<live_change>& changes);

  std::uint64_t sequence() const { return sequence_; }
  std::vector<live_row_ptr> rows() const;
  std::size_t size() const { return rows_.size(); }
  std::uint64_t stale_agents() const { return stale_; }
  /// Rows whose state at the tracker differs, and nobody knows yet why.
  bool in_doubt() const { return doubted_ > 0; }

private:
  struct entry {
    live_row_ptr row;
    std::uint64_t touched = 0;  ///< the last record about it
    std::uint64_t doubted = 0;  ///< the question whose answer differed first, without a record since
    std::uint64_t answered = 0; ///< the last question that it was in the answer of
  };
  using table = boost::unordered_flat_map<agent_identity_ptr, entry, agent_key_hash, agent_key_equal>;

  entry& entry_of(std::string_view id);
  entry& join(const agent_identity_ptr& who);
  table::iterator keyed_by(const agent_identity_ptr& who, table::iterator at);
  const live_change& put(entry& of, agent_status status, std::vector<live_change>& changes);
  void settle(entry& of) {
    if (std::exchange(of.doubted, 0) != 0) --doubted_;
  }
  void interrupt(std::string_view line, std::vector<live_change>& changes);
  bool believed(const entry& of, const agent_status& told) const;
  void reconsider(entry& of, const agent_status& told, std::vector<live_change>& changes);

  std::string tenant_;
  table rows_;
  std::uint64_t sequence_ = 0;
  std::uint64_t stale_ = 0;
  std::size_t doubted_ = 0;
  std::uint64_t question_ = 0;              ///< number of the last one
  std::uint64_t asked_at_ = 0;              ///< sequence when it was asked
  std::uint64_t numbered_ = 0;              ///< known when it was asked
  std::optional<std::uint64_t> skipped_in_; ///< the question when records were passed over, until the next is answered
};

} // namespace floorwalker
