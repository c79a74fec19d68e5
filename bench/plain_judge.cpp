#include "bench/plain_judge.hpp"

#include "messages/journal_records.hpp"

namespace floorwalker::bench {

plain_judge::plain_judge(const state_matrix& matrix, const std::vector<std::string>& agent_ids)
    : allowed_(matrix.size() * matrix.size()), agent_ids_{agent_ids}, agents_(agent_ids.size()) {
  names_.reserve(matrix.size());
  for (auto& [name, targets] : matrix) {
    names_.push_back(name);
    numbers_.emplace(names_.back(), static_cast<std::uint16_t>(names_.size() - 1));
  }
  std::size_t from = 0;
  for (auto& [name, targets] : matrix) {
    for (auto& to : targets) allowed_[from * names_.size() + number_of(to)] = true;
    ++from;
  }
  for (std::uint32_t i = 0; i < agent_ids_.size(); ++i) agent_numbers_.emplace(agent_ids_[i], i);
}

std::uint16_t plain_judge::number_of(std::string_view state) const {
  auto found = numbers_.find(state);
  return found == numbers_.end() ? none : found->second;
}

verdict plain_judge::judge(std::string_view agent_id, std::string_view previous, std::string_view current,
                           std::int64_t at, bool& known) {
  verdict made;
  auto found = agent_numbers_.find(agent_id);
  known = found != agent_numbers_.end();
  if (!known) return made;
  auto& who = agents_[found->second];
  auto from = number_of(previous);
  auto to = number_of(current);
  made.valid = from != none && to != none && allowed_[from * names_.size() + to];
  made.moved = at >= who.newest;
  if (!made.moved) {
    made.flags = flag_out_of_order;
    return made;
  }
  if (who.observed != none && who.observed != from) made.flags = flag_gap;
  who.observed = to;
  who.newest = at;
  return made;
}

} // namespace floorwalker::bench
