// One tenant as the API shows it: the hub's rows, held by pointer, and what else it tells. Pure: no CAF, no I/O, no
// clock.
#pragma once

#include "actors/hub/alert_list.hpp"
#include "actors/hub/live_update.hpp"
#include "messages/settings.hpp"
#include "runtime/api/latency_buckets.hpp"
#include "runtime/api/silence_list.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace floorwalker {

/// What becomes of one change of an update.
struct board_change {
  std::size_t place = 0;          ///< of the agent, for as long as the board lives
  const live_row* left = nullptr; ///< the row before, if the agent was in another team then; else null
};

class tenant_board {
public:
  explicit tenant_board(const tenant_settings& settings);

  /// After a reload: states and time zone are these.
  void adopt(const tenant_settings& settings);

  /// Takes what the hub tells. Gives one entry for each of the update's changes. `left` points to rows that live until
  /// the next call.
  const std::vector<board_change>& apply(const live_update& update);

  const std::string& name() const { return name_; }
  const std::vector<std::string>& states() const { return states_; }
  const std::string& time_zone() const { return time_zone_; }

  /// The trail is open, so that rows and ids mean something.
  bool begun() const { return trail_ != nullptr; }
  std::uint64_t epoch() const { return epoch_; }
  std::uint64_t sequence() const { return sequence_; }
  /// The sequence at which the hub began: of changes without a record before that nothing is known.
  std::uint64_t born() const { return born_; }
  const std::vector<epoch_start>& epochs() const { return epochs_; }
  const trail_reader_ptr& trail() const { return trail_; }

  const live_condition& condition() const { return condition_; }
  /// The tenant has had an answer of the platform once, or has failed.
  bool has_started() const { return has_started_; }
  bool has_failed() const { return is_final(condition_.condition); }
  const std::optional<live_figures>& figures() const { return figures_; }
  const std::vector<alert_status>& alerts() const { return alerts_.all(); }
  /// These alerts as they are shown: silenced or not.
  std::vector<alert_status> marked(std::vector<alert_status> alerts) const;

  silence_list& silences() { return silences_; }
  const silence_list& silences() const { return silences_; }
  /// To be called when silences began or ended. Gives the alerts that are shown otherwise than before.
  std::vector<alert_status> mark_silences();

  /// Null: no such agent.
  const live_row* find(std::string_view key) const;
  /// Null: the agent of this place is gone.
  const live_row* at(std::size_t place) const { return places_[place].get(); }
  /// The key of a place, also if its agent is gone.
  std::string_view key_of(std::size_t place) const { return keys_[place]->key(); }
  std::size_t places() const { return places_.size(); }
  /// When the place's agent, which is gone, went: the sequence that had come.
  std::uint64_t gone_at(std::size_t place) const { return gone_at_[place]; }
  /// Calls `each(row)` by key, from the first key behind `after`, until it gives false.
  template <class Each>
  void visit(std::string_view after, Each each) const {
    for (auto at = after.empty() ? by_key_.begin() : by_key_.upper_bound(after); at != by_key_.end(); ++at)
      if (const auto* row = places_[at->second].get(); row && !each(*row)) return;
  }

  // What only Prometheus is told.
  const latency_buckets& latencies() const { return latencies_; }
  /// The most that the platform's clock was ahead, in one of the last 60 seconds; milliseconds.
  std::int64_t skew_ms() const;
  /// Connections that were lost, by close code; those without one, or with one that nobody knows, under 0.
  const std::map<std::uint16_t, std::uint64_t>& lost_connections() const { return lost_connections_; }
  std::uint64_t renewals(bool granted) const { return granted ? renewed_ : not_renewed_; }
  std::uint64_t skipped() const { return skipped_; }

private:
  void begin(const live_update& update);
  void count(const committed_batch& batch);

  std::string name_;
  std::vector<std::string> states_;
  std::string time_zone_;
  trail_reader_ptr trail_;
  std::vector<epoch_start> epochs_;
  std::uint64_t epoch_ = 0;
  std::uint64_t sequence_ = 0;
  std::uint64_t born_ = 0;
  live_condition condition_;
  bool has_started_ = false;
  std::optional<live_figures> figures_;
  alert_list alerts_;
  silence_list silences_;
  std::map<std::string_view, std::size_t> by_key_; ///< also of agents that are gone; the texts are those of keys_
  std::vector<live_row_ptr> places_;
  std::vector<agent_identity_ptr> keys_;
  std::vector<std::uint64_t> gone_at_;
  std::vector<board_change> changed_;
  std::vector<live_row_ptr> left_; ///< keeps what `changed_` points to
  latency_buckets latencies_;
  std::vector<std::int64_t> ahead_; ///< the platform's clock, a ring of a minute
  std::size_t second_ = 0;
  std::map<std::uint16_t, std::uint64_t> lost_connections_;
  std::uint64_t renewed_ = 0;
  std::uint64_t not_renewed_ = 0;
  std::uint64_t skipped_ = 0;
};

} // namespace floorwalker
