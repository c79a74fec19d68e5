#include "runtime/auditing/transition_table.hpp"

#include "messages/wire/audit_line.hpp"

#include <algorithm>

namespace floorwalker {
namespace {

std::string text_of(const wire::string_token& token) {
  std::string text;
  append_unescaped(text, token);
  return text;
}

template <class Value>
std::uint64_t sum_of(const replay_sums& sums, Value value) {
  auto sum = value(sums.beyond_kept) + value(sums.beyond_refused);
  for (const auto& [states, count] : sums.table) sum += value(count);
  return sum;
}

void add_counts(transition_count& into, const transition_count& from) {
  into.authorized += from.authorized;
  into.unauthorized += from.unauthorized;
  into.authorized_after = from.authorized_after;
}

} // namespace

bool is_authorized(const state_matrix& matrix, const std::string& previous, const std::string& current) {
  auto row = matrix.find(previous);
  return row != matrix.end() && std::ranges::find(row->second, current) != row->second.end();
}

void replay_sums::add(const replay_sums& other) {
  for (const auto& [states, count] : other.table) {
    if (table.size() >= transitions_told_apart && !table.contains(states))
      add_counts(count.authorized_after ? beyond_kept : beyond_refused, count);
    else
      add_counts(table[states], count);
  }
  add_counts(beyond_kept, other.beyond_kept);
  add_counts(beyond_refused, other.beyond_refused);
  unreadable += other.unreadable;
}

std::uint64_t replay_sums::total() const {
  return sum_of(*this, [](const transition_count& it) { return it.authorized + it.unauthorized; });
}
std::uint64_t replay_sums::valid_before() const {
  return sum_of(*this, [](const transition_count& it) { return it.authorized; });
}
std::uint64_t replay_sums::valid_after() const {
  return sum_of(*this, [](const transition_count& it) {
    return it.authorized_after ? it.authorized + it.unauthorized : std::uint64_t{0};
  });
}
std::uint64_t replay_sums::newly_authorized() const {
  return sum_of(*this, [](const transition_count& it) { return it.authorized_after ? it.unauthorized : 0; });
}
std::uint64_t replay_sums::newly_rejected() const {
  return sum_of(*this, [](const transition_count& it) { return it.authorized_after ? 0 : it.authorized; });
}

bool transition_tally::add(transition_count& into, bool valid) {
  ++(valid ? into.authorized : into.unauthorized);
  return valid != into.authorized_after;
}

bool transition_tally::count(std::string_view key, std::string previous, std::string current, bool valid) {
  auto after = is_authorized(matrix_, previous, current);
  if (pairs_.size() >= transitions_told_apart) return add(after ? beyond_kept_ : beyond_refused_, valid);
  places_.emplace(key, pairs_.size());
  pairs_.push_back({std::move(previous), std::move(current), {0, 0, after}});
  return add(pairs_.back().count, valid);
}

bool transition_tally::count(const frame& record) {
  if (auto seen = wire::glance_at_transition(record.payload)) {
    // From one state to the other: the text in between is always the same.
    auto begin = seen->previous.begin;
    std::string_view key{begin, static_cast<std::size_t>(seen->current.begin + seen->current.size - begin)};
    if (auto place = places_.find(key); place != places_.end()) return add(pairs_[place->second].count, seen->valid);
    return count(key, text_of(seen->previous), text_of(seen->current), seen->valid);
  }
  auto entry = entries_.read(record.payload);
  if (!entry.record) {
    ++unreadable_;
    return false;
  }
  if (entry.record->kind != record_kind::transition) return false;
  std::string previous{entry.in(entry.record->previous)}, current{entry.in(entry.record->current)};
  auto key = previous + '\0' + current; // no JSON string holds a zero byte
  if (auto place = places_.find(key); place != places_.end())
    return add(pairs_[place->second].count, entry.record->valid);
  return count(key, std::move(previous), std::move(current), entry.record->valid);
}

replay_sums transition_tally::sums() const {
  replay_sums sums;
  for (const auto& [previous, current, count] : pairs_) add_counts(sums.table[{previous, current}], count);
  sums.beyond_kept = beyond_kept_;
  sums.beyond_refused = beyond_refused_;
  sums.unreadable = unreadable_;
  return sums;
}

} // namespace floorwalker
