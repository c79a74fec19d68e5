#include "bench/event_courses.hpp"

#include "messages/wire/timestamp.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <numeric>
#include <stdexcept>
#include <utility>

namespace floorwalker::bench {
namespace {

constexpr std::string_view time_template = "2026-01-01T00:00:00.000000000Z";
constexpr std::size_t microsecond_digits = 26; ///< of the timestamp: all but the last three and the Z
constexpr std::size_t frames_max = 999;        ///< so that three digits number them
constexpr std::size_t usual_frame_octets = 228;
constexpr std::uint64_t one_unauthorized_in = 100;

/// Steele, Lea and Flood's SplitMix64: the same numbers with every compiler.
class random_numbers {
public:
  explicit random_numbers(std::uint64_t seed) : state_{seed} {}
  std::uint64_t next() {
    auto value = state_ += 0x9e3779b97f4a7c15U;
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9U;
    value = (value ^ (value >> 27)) * 0x94d049bb133111ebU;
    return value ^ (value >> 31);
  }
  std::size_t below(std::size_t bound) { return static_cast<std::size_t>(next() % bound); }

private:
  std::uint64_t state_;
};

/// The matrix with numbers for names.
struct numbered_matrix {
  std::vector<std::string_view> names;
  std::vector<std::vector<std::size_t>> next;
  std::vector<std::vector<std::size_t>> forbidden;
};

numbered_matrix number(const state_matrix& matrix) {
  numbered_matrix made;
  for (auto& [name, targets] : matrix) made.names.push_back(name); // sorted, as the map is
  for (auto& [name, targets] : matrix) {
    std::vector<bool> listed(made.names.size());
    for (auto& target : targets)
      listed[static_cast<std::size_t>(std::ranges::lower_bound(made.names, target) - made.names.begin())] = true;
    auto& allowed = made.next.emplace_back();
    auto& forbidden = made.forbidden.emplace_back();
    for (std::size_t i = 0; i < listed.size(); ++i) (listed[i] ? allowed : forbidden).push_back(i);
  }
  return made;
}

/// For each number of steps, from which states `home` can be reached by authorized transitions.
std::vector<std::vector<bool>> ways_home(const numbered_matrix& matrix, std::size_t home, std::size_t steps) {
  std::vector<std::vector<bool>> reach{std::vector<bool>(matrix.names.size())};
  reach[0][home] = true;
  for (std::size_t i = 1; i <= steps; ++i) {
    std::vector<bool> now(matrix.names.size());
    for (std::size_t from = 0; from < now.size(); ++from)
      now[from] = std::ranges::any_of(matrix.next[from], [&](auto to) { return reach[i - 1][to]; });
    reach.push_back(std::move(now));
  }
  return reach;
}

/// A walk of `steps` transitions that ends where it began.
std::vector<std::size_t> closed_walk(const numbered_matrix& matrix, std::size_t steps, random_numbers& chance) {
  auto at = chance.below(matrix.names.size());
  auto reach = ways_home(matrix, at, steps);
  std::vector<std::size_t> walk{at};
  for (auto left = steps; left > 0; --left) {
    auto odd = chance.below(one_unauthorized_in) == 0;
    std::vector<std::size_t> choices;
    for (auto to : odd ? matrix.forbidden[at] : matrix.next[at])
      if (reach[left - 1][to]) choices.push_back(to);
    if (choices.empty())
      for (auto to : matrix.next[at])
        if (reach[left - 1][to]) choices.push_back(to);
    if (choices.empty()) throw std::invalid_argument("the state matrix has no closed walk of this length");
    at = choices[chance.below(choices.size())];
    walk.push_back(at);
  }
  return walk;
}

std::string_view reason_for(random_numbers& chance) {
  constexpr std::string_view reasons[] = {"inbound_call", "outbound_call", "lunch", "", ""};
  return reasons[chance.below(std::size(reasons))];
}

} // namespace

std::string agent_id(std::uint64_t seed, std::uint32_t tenant, std::uint32_t number) {
  random_numbers numbers{seed ^ (std::uint64_t{tenant} << 32 | number)};
  auto high = numbers.next();
  auto low = numbers.next();
  return fmt::format("{:08x}-{:04x}-4{:03x}-a{:03x}-{:012x}", high >> 32, high >> 16 & 0xffff, high & 0xfff,
                     low >> 48 & 0xfff, low & 0xffffffffffff);
}

state_matrix matrix_of(std::size_t states) {
  auto made = default_state_matrix();
  if (states == made.size()) return made;
  if (states < 10) throw std::invalid_argument("a state matrix has 4 states, or at least 10");
  made.clear();
  auto name = [](std::size_t number) { return fmt::format("state-{:03}", number); };
  for (std::size_t i = 0; i < states; ++i)
    for (std::size_t step = 1; step <= 4; ++step) {
      made[name(i)].push_back(name((i + step) % states));
      made[name(i)].push_back(name((i + states - step) % states));
    }
  return made;
}

event_course::event_course(const std::vector<std::string>& agent_ids, const state_matrix& matrix, std::uint64_t seed,
                           std::size_t octets)
    : digits_{time_template} {
  random_numbers chance{seed};
  auto numbered = number(matrix);
  auto wanted = std::min(octets / usual_frame_octets, frames_max);
  auto steps = std::max(wanted / agent_ids.size(), std::size_t{2});
  std::vector<std::vector<std::size_t>> walks;
  for (std::size_t i = 0; i < agent_ids.size(); ++i) walks.push_back(closed_walk(numbered, steps, chance));
  std::vector<std::size_t> order(agent_ids.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  for (std::size_t step = 0; step < steps; ++step) {
    for (auto i = order.size(); i > 1; --i) std::swap(order[i - 1], order[chance.below(i)]);
    for (auto agent : order)
      append(agent_ids[agent], numbered.names[walks[agent][step]], numbered.names[walks[agent][step + 1]],
             reason_for(chance));
  }
  if (frames_.size() > frames_max) throw std::invalid_argument("too many agents for one course");
}

void event_course::append(std::string_view agent, std::string_view from, std::string_view to, std::string_view reason) {
  auto text = fmt::format(
      R"({{"eventType":"agent.state.change","data":{{"agentId":"{}","previousState":"{}","currentState":"{}","timestamp":")",
      agent, from, to);
  auto time = text.size();
  text += time_template;
  text += '"';
  if (!reason.empty()) text += fmt::format(R"(,"reasonCode":"{}")", reason);
  text += "}}";
  place made;
  made.begin = static_cast<std::uint32_t>(bytes_.size());
  // FIN and text; all our messages have 126 to 65,535 bytes (RFC 6455 §5.2).
  bytes_ += '\x81';
  bytes_ += '\x7e';
  bytes_ += static_cast<char>(text.size() >> 8);
  bytes_ += static_cast<char>(text.size() & 0xff);
  made.payload = static_cast<std::uint32_t>(bytes_.size());
  made.time = static_cast<std::uint32_t>(bytes_.size() + time);
  bytes_ += text;
  made.end = static_cast<std::uint32_t>(bytes_.size());
  frames_.push_back(made);
}

std::string_view event_course::frame(std::size_t index) const {
  auto& at = frames_[index];
  return std::string_view{bytes_}.substr(at.begin, at.end - at.begin);
}

std::string_view event_course::text(std::size_t index) const {
  auto& at = frames_[index];
  return std::string_view{bytes_}.substr(at.payload, at.end - at.payload);
}

void event_course::stamp_all(utc_time at) {
  digits_.clear();
  wire::append_timestamp(digits_, at, 9);
  std::uint32_t index = 0;
  for (auto& frame : frames_) {
    auto to = bytes_.data() + frame.time;
    std::memcpy(to, digits_.data(), microsecond_digits);
    to[microsecond_digits] = static_cast<char>('0' + index / 100);
    to[microsecond_digits + 1] = static_cast<char>('0' + index / 10 % 10);
    to[microsecond_digits + 2] = static_cast<char>('0' + index % 10);
    ++index;
  }
}

void event_course::stamp(std::size_t index, utc_time at) {
  digits_.clear();
  wire::append_timestamp(digits_, at, 9);
  std::memcpy(bytes_.data() + frames_[index].time, digits_.data(), digits_.size());
}

} // namespace floorwalker::bench
