#include "simulator/floor_model.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "simulator/random.hpp"

namespace floorwalker::simulator {

namespace {

constexpr std::array team_names = {"Sales", "Support", "Billing", "Retention", "Onboarding", "Technical desk"};

struct state_habits {
  std::string_view state;
  double dwell_s; ///< typical stay
  double weight;  ///< how likely it is entered where several states may follow
  std::vector<std::string_view> reasons;
};

/// States that are not in this table last two minutes, weigh 1 and have no reason. With these numbers about half of the
/// floor is busy, a quarter available, a tenth in wrap-up and the rest on a break.
const std::vector<state_habits>& habits() {
  static const auto table = std::vector<state_habits>{
      {"available", 70, 1, {"ready", ""}},
      {"busy", 240, 1, {"inbound_call", "inbound_call", "outbound_call", "chat", "email"}},
      {"wrap-up", 45, 0.6, {"after_call_work", "follow_up"}},
      {"break", 600, 0.06, {"short_break", "lunch", "training"}},
  };
  return table;
}

// Subjects of draws: agents by number, and tenants and strangers far from them.
constexpr std::uint64_t team_subjects = 1ull << 40;
constexpr std::uint64_t stranger_subject = 1ull << 41;

} // namespace

std::string identifier(std::uint64_t high, std::uint64_t low) {
  return fmt::format("{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}", high >> 32, (high >> 16) & 0xffff, high & 0xfff,
                     0x8000 | ((low >> 48) & 0x3fff), low & 0xffffffffffff);
}

bool is_identifier(std::string_view text) {
  if (text.size() != 36) return false;
  for (auto at = std::size_t{0}; at < text.size(); ++at) {
    auto dash = at == 8 || at == 13 || at == 18 || at == 23;
    auto letter = text[at];
    auto digit =
        (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'f') || (letter >= 'A' && letter <= 'F');
    if (dash ? letter != '-' : !digit) return false;
  }
  return true;
}

std::string lower_case(std::string_view text) {
  auto result = std::string{text};
  for (auto& letter : result)
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  return result;
}

floor_model::floor_model(const options& chosen)
    : seed_{chosen.seed},
      shares_{chosen.oddities},
      step_{resolution(chosen.timestamps)},
      teams_per_tenant_{chosen.floor.teams} {
  for (const auto& [state, targets] : chosen.floor.matrix) states_.push_back(state);
  if (states_.empty() || states_.size() > 200) throw std::invalid_argument("the matrix needs 1 to 200 states");
  reasons_.emplace_back();
  allowed_.assign(states_.size(), std::vector<bool>(states_.size(), false));
  next_.resize(states_.size());
  forbidden_.resize(states_.size());
  reasons_of_state_.resize(states_.size());
  dwell_s_.assign(states_.size(), 120.0);
  weight_.assign(states_.size(), 1.0);
  for (auto from = std::size_t{0}; from < states_.size(); ++from) {
    for (const auto& target : chosen.floor.matrix[from].second) {
      auto to = find_state(target);
      if (!to) throw std::invalid_argument(fmt::format("matrix: '{}' is a target but no state of its own", target));
      if (!allowed_[from][*to]) next_[from].push_back(*to);
      allowed_[from][*to] = true;
    }
    if (next_[from].empty()) throw std::invalid_argument(fmt::format("matrix: nothing may follow '{}'", states_[from]));
    for (auto to = std::size_t{0}; to < states_.size(); ++to)
      if (to != from && !allowed_[from][to]) forbidden_[from].push_back(static_cast<state_index>(to));
    // A state that every other may follow can still be entered twice, which must be listed like any transition.
    if (forbidden_[from].empty() && !allowed_[from][from]) forbidden_[from].push_back(static_cast<state_index>(from));
    for (const auto& habit : habits()) {
      if (habit.state != states_[from]) continue;
      dwell_s_[from] = habit.dwell_s;
      weight_[from] = habit.weight;
      for (auto reason : habit.reasons) {
        reasons_of_state_[from].push_back(reason.empty() ? 0 : static_cast<std::uint8_t>(reasons_.size()));
        if (!reason.empty()) reasons_.push_back(fmt::format("\"{}\"", reason));
      }
    }
  }
  break_state_ = find_state("break");
  for (auto tenant = std::uint32_t{0}; tenant < chosen.tenants.size(); ++tenant)
    for (auto number = std::uint32_t{0}; number < teams_per_tenant_; ++number) {
      auto subject = team_subjects + tenant;
      teams_.push_back({identifier(draw(seed_, subject, number, purpose::team_identity),
                                   draw(seed_, subject, number, purpose::identity_low)),
                        number < team_names.size() ? team_names[number] : fmt::format("Team {}", number + 1)});
    }
  agents_of_tenant_.assign(chosen.tenants.size(), 0);
  agents_.reserve(chosen.tenants.size() * chosen.floor.agents);
  for (auto tenant = std::uint32_t{0}; tenant < chosen.tenants.size(); ++tenant)
    for (auto number = std::uint32_t{0}; number < chosen.floor.agents; ++number) {
      auto hired = hire(tenant);
      if (tenant == 0 && number < chosen.floor.agent_ids.size()) {
        by_id_.erase(lower_case(agents_[hired].id));
        agents_[hired].id = chosen.floor.agent_ids[number];
        by_id_[lower_case(agents_[hired].id)] = hired;
      }
    }
}

std::uint32_t floor_model::hire(std::uint32_t tenant) {
  auto number = size();
  auto who = floor_agent{};
  who.id = identifier(draw(seed_, number, 0, purpose::identity_high), draw(seed_, number, 0, purpose::identity_low));
  who.name = fmt::format("Agent {:04}", ++agents_of_tenant_[tenant]);
  who.tenant = tenant;
  who.team = tenant * teams_per_tenant_ + (agents_of_tenant_[tenant] - 1) % teams_per_tenant_;
  // Most of a floor is at work when one starts to look.
  auto share = as_share(draw(seed_, number, 0, purpose::first_state));
  who.state = static_cast<state_index>(
      std::min(static_cast<double>(states_.size()) * share * share, static_cast<double>(states_.size() - 1)));
  by_id_[who.id] = number;
  agents_.push_back(std::move(who));
  return number;
}

std::optional<std::uint32_t> floor_model::find(std::string_view id) const {
  auto found = by_id_.find(lower_case(id));
  if (found == by_id_.end()) return std::nullopt;
  return found->second;
}

std::optional<state_index> floor_model::find_state(std::string_view name) const {
  auto found = std::find(states_.begin(), states_.end(), name);
  if (found == states_.end()) return std::nullopt;
  return static_cast<state_index>(found - states_.begin());
}

state_index floor_model::next_state(const floor_agent& who, std::uint64_t subject, const rhythm& pace) const {
  const auto& forbidden = forbidden_[who.state];
  auto pick = draw(seed_, subject, who.changes, purpose::next_state);
  if (shares_.unauthorized > 0 && !forbidden.empty() &&
      as_share(draw(seed_, subject, who.changes, purpose::unauthorized)) < shares_.unauthorized)
    return forbidden[pick % forbidden.size()];
  const auto& targets = next_[who.state];
  auto weight = [&](state_index to) { return to == break_state_ ? weight_[to] * pace.breaks : weight_[to]; };
  auto total = 0.0;
  for (auto to : targets) total += weight(to);
  auto rest = as_share(pick) * total;
  for (auto to : targets)
    if ((rest -= weight(to)) < 0) return to;
  return targets.back();
}

instant floor_model::next_instant(const floor_agent& who, std::uint64_t subject, instant now) const {
  auto at = now;
  if (shares_.late > 0 && as_share(draw(seed_, subject, who.changes, purpose::late)) < shares_.late)
    at -= shares_.late_by;
  if (shares_.platform_delay.count() > 0) {
    auto share = as_share(draw(seed_, subject, who.changes, purpose::delay));
    at -= std::chrono::microseconds{
        std::llround(-std::log1p(-share) * 1000.0 * static_cast<double>(shares_.platform_delay.count()))};
  }
  at = instant{at.time_since_epoch() / step_ * step_};
  return std::max(at, who.last + step_);
}

std::uint8_t floor_model::reason_for(std::uint64_t subject, std::uint64_t index, state_index to) const {
  const auto& reasons = reasons_of_state_[to];
  if (reasons.empty()) return 0;
  return reasons[draw(seed_, subject, index, purpose::reason) % reasons.size()];
}

transition floor_model::advance(std::uint32_t number, instant now, const rhythm& pace) {
  return change(number, next_state(agents_[number], number, pace), now);
}

transition floor_model::change(std::uint32_t number, state_index to, instant now) {
  auto& who = agents_[number];
  auto result = transition{.agent = number,
                           .index = who.changes,
                           .from = who.state,
                           .to = to,
                           .reason = reason_for(number, who.changes, to),
                           .authorized = allowed_[who.state][to],
                           .at = next_instant(who, number, now)};
  who.state = to;
  who.last = result.at;
  ++who.changes;
  return result;
}

oddities floor_model::oddities_of(std::uint32_t number, std::uint64_t index) const {
  auto strikes = [&](double share, purpose why) {
    return share > 0 && as_share(draw(seed_, number, index, why)) < share;
  };
  return {.malformed = strikes(shares_.malformed, purpose::malformed),
          .duplicate = strikes(shares_.duplicates, purpose::duplicate),
          .reordered = strikes(shares_.reordered, purpose::reordered),
          .other_type = strikes(shares_.other_types, purpose::other_type),
          .foreign = strikes(shares_.foreign, purpose::foreign)};
}

double floor_model::dwell_s(std::uint32_t number) const {
  const auto& who = agents_[number];
  return dwell_s_[who.state] * (0.25 + 1.5 * as_share(draw(seed_, number, who.changes, purpose::dwell)));
}

std::string floor_model::stranger(std::uint64_t index) const {
  return identifier(draw(seed_, stranger_subject, index, purpose::identity_high),
                    draw(seed_, stranger_subject, index, purpose::identity_low));
}

} // namespace floorwalker::simulator
