// What the live view knows: figures, agents by state, and the last transitions. Pure: no I/O, no clock.
#pragma once

#include "messages/journal_records.hpp"
#include "messages/time.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace floorwalker {

/// One transition in words. The texts come from outside: they have to be made printable where they are shown.
struct shown_transition {
  utc_time at;
  std::string tenant;
  std::string agent;
  std::string previous;
  std::string current;
  std::string reason;
  std::int64_t latency_ms = 0;
  bool authorized = false;
  bool gap = false;
  bool out_of_order = false;
};

/// Record `index` of the batch, which has to be a transition.
shown_transition transition_of(const committed_batch& batch, std::size_t index);

/// What the screen shows at one moment.
struct screen_figures {
  std::vector<std::string> tenants;
  std::uint64_t processed = 0;
  std::uint64_t valid = 0;
  std::uint64_t gaps = 0;
  std::uint64_t out_of_order = 0;
  std::optional<std::int64_t> median_latency_ms; ///< of the last events
  double per_second = 0;
  std::vector<std::pair<std::string, std::size_t>> agents; ///< by state, the most frequent first
  std::vector<shown_transition> recent;                    ///< the latest first
};

/// Follows the committed batches of one or several tenants.
class live_model {
public:
  void apply(const committed_batch& batch);

  screen_figures figures(utc_time now) const;

private:
  static constexpr std::size_t recent_kept = 10;
  static constexpr std::size_t latencies_kept = 500;
  static constexpr std::size_t states_kept = 64; ///< further ones are "other": names of states come from outside
  static constexpr std::int64_t rate_seconds = 5;

  struct text_hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };

  struct tenant {
    std::uint64_t processed = 0;
    std::uint64_t valid = 0;
    std::unordered_map<std::string, std::size_t, text_hash, std::equal_to<>> state_of; ///< by agent, into states_
  };

  struct state {
    std::string name;
    std::size_t agents = 0;
  };

  struct second {
    std::int64_t number = 0;
    std::uint64_t events = 0;
  };

  void count_transition(const record_draft& record);
  void move_agent(tenant& of, std::string_view agent, std::string_view current);
  std::size_t state_index(std::string_view name);
  void remember(const committed_batch& batch);

  std::map<std::string, tenant, std::less<>> tenants_;
  std::vector<state> states_;
  std::uint64_t gaps_ = 0;
  std::uint64_t out_of_order_ = 0;
  std::vector<std::int64_t> latencies_; ///< a ring
  std::size_t next_latency_ = 0;
  std::array<second, 16> seconds_{};
  std::deque<shown_transition> recent_;
};

} // namespace floorwalker
