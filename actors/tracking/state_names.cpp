#include "actors/tracking/state_names.hpp"

#include <limits>
#include <stdexcept>

namespace floorwalker {

state_names::state_names(const state_matrix& matrix) {
  entries_.emplace_back(); // number 0 is "none"
  for (const auto& [from, targets] : matrix) {
    use(from);
    for (const auto& to : targets) use(to);
  }
  pinned_ = static_cast<name_number>(entries_.size() - 1);
  auto width = std::size_t{pinned_} + 1;
  allowed_.assign(width * width, false);
  for (const auto& [from, targets] : matrix)
    for (const auto& to : targets) allowed_[numbers_.at(from) * width + numbers_.at(to)] = true;
}

name_number state_names::use(std::string_view text) {
  if (auto known = numbers_.find(text); known != numbers_.end()) {
    return use(known->second);
  }
  name_number number = no_name;
  if (!free_.empty()) {
    number = free_.back();
    free_.pop_back();
  } else {
    if (entries_.size() > std::numeric_limits<name_number>::max()) throw std::length_error{"too many states in use"};
    number = static_cast<name_number>(entries_.size());
    entries_.emplace_back();
  }
  entries_[number].text.assign(text);
  entries_[number].uses = 1;
  numbers_.emplace(entries_[number].text, number);
  return number;
}

name_number state_names::use(name_number number) {
  if (number > pinned_) ++entries_[number].uses;
  return number;
}

void state_names::release(name_number number) {
  if (number <= pinned_ || --entries_[number].uses > 0) return;
  numbers_.erase(entries_[number].text);
  free_.push_back(number);
}

bool state_names::authorized(name_number from, name_number to) const {
  if (from > pinned_ || to > pinned_) return false;
  return allowed_[from * (std::size_t{pinned_} + 1) + to];
}

} // namespace floorwalker
