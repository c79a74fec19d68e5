// The agents and what they do: the state of record, before anything is said about it to anybody.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "simulator/daily_rhythm.hpp"
#include "simulator/instant.hpp"
#include "simulator/options.hpp"

namespace floorwalker::simulator {

/// Index of a state or reason in the model's tables.
using state_index = std::uint8_t;

/// A change that has happened. Equal seeds give equal members, `at` aside.
struct transition {
  std::uint32_t agent = 0;
  std::uint64_t index = 0; ///< the agent's transitions are numbered from 0
  state_index from = 0;
  state_index to = 0;
  std::uint8_t reason = 0; ///< index into reasons()
  bool authorized = true;
  instant at{};
};

/// What is odd about sending a transition.
struct oddities {
  bool malformed = false;
  bool duplicate = false;
  bool reordered = false;
  bool other_type = false;
  bool foreign = false;
};

struct team {
  std::string id;
  std::string name;
};

struct floor_agent {
  std::string id;
  std::string name;
  std::uint32_t tenant = 0;
  std::uint32_t team = 0;    ///< index into teams()
  state_index state = 0;     ///< the state of record
  bool employed = true;      ///< false once fired: not listed, changes no more
  std::uint64_t changes = 0; ///< how many transitions so far; the next one's index
  instant last{};            ///< instant of the newest transition
};

/// The floor of all tenants. Pure: the time is an argument, and what happens to an agent depends on the seed and on how
/// often that agent has changed, on nothing else. One thread.
class floor_model {
public:
  /// Throws std::invalid_argument if a matrix row is empty or there are more than 200 states.
  explicit floor_model(const options& chosen);

  std::uint32_t size() const { return static_cast<std::uint32_t>(agents_.size()); }
  const floor_agent& agent(std::uint32_t number) const { return agents_[number]; }
  const team& team_of(const floor_agent& who) const { return teams_[who.team]; }
  const std::vector<std::string>& states() const { return states_; }
  /// JSON values, quotes included; entry 0 is empty and stands for an absent member.
  const std::vector<std::string>& reasons() const { return reasons_; }
  bool authorized(state_index from, state_index to) const { return allowed_[from][to]; }

  /// Finds an agent by id, in any case.
  std::optional<std::uint32_t> find(std::string_view id) const;
  std::optional<state_index> find_state(std::string_view name) const;

  /// The agent changes to its next state; its instant is about `now` and above its last one.
  transition advance(std::uint32_t number, instant now, const rhythm& pace = {});
  /// The agent changes to a given state.
  transition change(std::uint32_t number, state_index to, instant now);
  /// What is odd about sending the `index`-th transition of an agent.
  oddities oddities_of(std::uint32_t number, std::uint64_t index) const;
  /// How long the agent stays in its present state, in seconds of an ordinary day.
  double dwell_s(std::uint32_t number) const;

  /// A new agent for a tenant; returns its number.
  std::uint32_t hire(std::uint32_t tenant);
  void fire(std::uint32_t number) { agents_[number].employed = false; }

  /// An id that no agent has, for events about strangers.
  std::string stranger(std::uint64_t index) const;

private:
  state_index next_state(const floor_agent& who, std::uint64_t subject, const rhythm& pace) const;
  instant next_instant(const floor_agent& who, std::uint64_t subject, instant now) const;
  std::uint8_t reason_for(std::uint64_t subject, std::uint64_t index, state_index to) const;

  std::uint64_t seed_;
  oddity_options shares_;
  std::chrono::nanoseconds step_;
  std::uint32_t teams_per_tenant_;
  std::vector<std::string> states_;
  std::vector<std::string> reasons_;
  std::vector<std::vector<std::uint8_t>> reasons_of_state_;
  std::vector<std::vector<bool>> allowed_;
  std::vector<std::vector<state_index>> next_;      ///< authorized targets of each state
  std::vector<std::vector<state_index>> forbidden_; ///< targets that are not authorized
  std::vector<double> dwell_s_;
  std::vector<double> weight_;
  std::optional<state_index> break_state_;
  std::vector<team> teams_;
  std::vector<floor_agent> agents_;
  std::vector<std::uint32_t> agents_of_tenant_; ///< how many each tenant ever had
  std::unordered_map<std::string, std::uint32_t> by_id_;
};

/// The text of an id drawn from two numbers: 8-4-4-4-12 hexadecimal digits, version 4.
std::string identifier(std::uint64_t high, std::uint64_t low);

/// True for the form 8-4-4-4-12 hexadecimal digits.
bool is_identifier(std::string_view text);

/// ASCII letters in lower case.
std::string lower_case(std::string_view text);

} // namespace floorwalker::simulator
